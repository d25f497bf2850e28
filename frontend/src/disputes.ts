// Signing on the screen: what is drawn goes into the form as lines of [x, y]. Who cannot draw types the name beside it.
import "../styles/disputes.css";

type Point = [number, number];
const MOST = 3900;

class WrSignature extends HTMLElement {
  #lines: Point[][] = [];

  connectedCallback(): void {
    const canvas = this.querySelector("canvas");
    if (!canvas) return;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#lines.push([]);
      this.#add(canvas, event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.#add(canvas, event);
    });
    this.querySelector("[data-clear]")?.addEventListener("click", () => {
      this.#lines = [];
      this.#draw(canvas);
    });
  }

  #add(canvas: HTMLCanvasElement, event: PointerEvent): void {
    const box = canvas.getBoundingClientRect();
    const inside = (value: number, most: number): number => Math.round(Math.min(Math.max(value, 0), 1) * most);
    const point: Point = [inside((event.clientX - box.left) / box.width, canvas.width), inside((event.clientY - box.top) / box.height, canvas.height)];
    const line = this.#lines.at(-1);
    if (!line || this.#lines.reduce((sum, { length }) => sum + length, 0) >= MOST) return;
    line.push(point);
    this.#draw(canvas);
  }

  #draw(canvas: HTMLCanvasElement): void {
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    for (const line of this.#lines) {
      pen.beginPath();
      line.forEach(([x, y], number) => (number ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.stroke();
    }
    const field = this.querySelector<HTMLInputElement>("input[name=strokes]");
    if (field) field.value = this.#lines.length ? JSON.stringify(this.#lines) : "";
  }
}

customElements.define("wr-signature", WrSignature);
