import { token } from "../theme.ts";

/**
 * Symbols are drawn when the map first asks for them. Their names say everything:
 *   unit|<kind>|<status>|<fresh or stale>|<tone>      incident|<priority>|<phase>|<tone>      post|<standing or nothing>|<tone>
 * Kind is the outline, status the colour and the inner mark, stale is hollow: never colour alone.
 */
const SIZE = 28;
const RATIO = 2;

type Pen = OffscreenCanvasRenderingContext2D;

const STATUS: Record<string, { colour: string; mark: "none" | "sent" | "way" | "scene" | "busy" | "off" }> = {
  free: { colour: "--good-solid", mark: "none" },
  sent: { colour: "--accent-solid", mark: "sent" },
  signed: { colour: "--accent-solid", mark: "sent" },
  en_route: { colour: "--busy-solid", mark: "way" },
  on_scene: { colour: "--accent-solid", mark: "scene" },
  busy: { colour: "--line-strong", mark: "busy" },
  off: { colour: "--line-strong", mark: "off" },
  danger: { colour: "--late-solid", mark: "busy" },
};

function polygon(pen: Pen, sides: number, radius: number, turn: number): void {
  for (let side = 0; side < sides; side += 1) {
    const angle = turn + (side * 2 * Math.PI) / sides;
    pen.lineTo(Math.cos(angle) * radius, Math.sin(angle) * radius);
  }
  pen.closePath();
}

function outline(pen: Pen, kind: string): void {
  pen.beginPath();
  if (kind === "foot") pen.arc(0, 0, 8, 0, 2 * Math.PI);
  else if (kind === "community") polygon(pen, 5, 9.5, -Math.PI / 2);
  else if (kind === "quick") polygon(pen, 4, 10.5, 0);
  else if (kind === "motorcycle") polygon(pen, 3, 10.5, -Math.PI / 2);
  else if (kind === "boat") polygon(pen, 6, 9.5, 0);
  else pen.roundRect(-8, -8, 16, 16, 4);
}

function chevron(pen: Pen, x: number): void {
  pen.moveTo(x, -3.5);
  pen.lineTo(x + 3.5, 0);
  pen.lineTo(x, 3.5);
}

function mark(pen: Pen, which: string): void {
  pen.beginPath();
  if (which === "sent") chevron(pen, -1.5);
  else if (which === "way") {
    chevron(pen, -4);
    chevron(pen, 0.5);
  } else if (which === "scene") pen.arc(0, 0, 2, 0, 2 * Math.PI);
  else if (which === "busy") {
    pen.moveTo(-3.5, 0);
    pen.lineTo(3.5, 0);
  } else if (which === "plus") {
    pen.moveTo(-4, 0);
    pen.lineTo(4, 0);
    pen.moveTo(0, -4);
    pen.lineTo(0, 4);
  } else if (which === "off") {
    pen.moveTo(-3, -3);
    pen.lineTo(3, 3);
    pen.moveTo(3, -3);
    pen.lineTo(-3, 3);
  }
  pen.stroke();
}

function unit(pen: Pen, kind: string, status: string, stale: boolean): void {
  const { colour, mark: inner } = STATUS[status] ?? { colour: "--line-strong", mark: "off" };
  const fill = token(colour);
  const paper = token("--surface");
  outline(pen, kind);
  pen.fillStyle = stale ? paper : fill;
  pen.fill();
  pen.lineWidth = stale ? 2 : 1.5;
  pen.strokeStyle = stale ? fill : paper;
  if (stale) pen.setLineDash([3, 2]);
  pen.stroke();
  pen.setLineDash([]);
  pen.strokeStyle = stale ? fill : "#fff";
  pen.lineWidth = 2;
  mark(pen, inner);
}

function incident(pen: Pen, priority: string, phase: string): void {
  const danger = priority === "1" || phase === "late";
  const solid = danger || priority === "2";
  const colour = danger ? token("--late-solid") : token("--ink-2");
  pen.beginPath();
  pen.arc(0, -2, 9, Math.PI * 0.75, Math.PI * 0.25);
  pen.lineTo(0, 12);
  pen.closePath();
  pen.fillStyle = solid ? colour : token("--surface");
  pen.fill();
  pen.lineWidth = 1.75;
  pen.strokeStyle = solid ? token("--surface") : colour;
  pen.stroke();
  pen.fillStyle = solid ? (danger ? "#fff" : token("--surface")) : colour;
  pen.font = `700 11px ${token("--font")}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(phase === "late" ? "!" : priority, 0, -1.5);
}

/** How a duty post stands: a colour and an inner mark; without one it is just a place. */
const STANDING: Record<string, { colour: string; mark: string }> = {
  manned: { colour: "--good-solid", mark: "scene" },
  short: { colour: "--soon-solid", mark: "busy" },
  due: { colour: "--soon-solid", mark: "sent" },
  leaving: { colour: "--busy-solid", mark: "way" },
  late: { colour: "--late-solid", mark: "off" },
  stays: { colour: "--ink-2", mark: "none" },
  comes: { colour: "--good-solid", mark: "plus" },
  goes: { colour: "--soon-solid", mark: "off" },
};

function standingPost(pen: Pen, { colour, mark: inner }: { colour: string; mark: string }): void {
  pen.beginPath();
  pen.rect(-7, -7, 14, 14);
  pen.fillStyle = token(colour);
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = token("--surface");
  pen.stroke();
  pen.strokeStyle = "#fff";
  pen.lineWidth = 2;
  mark(pen, inner);
}

function post(pen: Pen, standing: string): void {
  const known = STANDING[standing];
  if (known) return standingPost(pen, known);
  pen.beginPath();
  pen.rect(-5, -5, 10, 10);
  pen.fillStyle = token("--surface");
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = token("--ink-2");
  pen.stroke();
  pen.beginPath();
  pen.moveTo(-5, 5);
  pen.lineTo(5, -5);
  pen.lineWidth = 1.5;
  pen.stroke();
}

export const PIXEL_RATIO = RATIO;

/** The picture with this name, or null when the name is none of ours. */
export function draw(name: string): ImageData | null {
  const [what, first = "", second = "", third = ""] = name.split("|");
  if (what !== "unit" && what !== "incident" && what !== "post") return null;
  const canvas = new OffscreenCanvas(SIZE * RATIO, SIZE * RATIO);
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.scale(RATIO, RATIO);
  pen.translate(SIZE / 2, SIZE / 2);
  pen.lineJoin = "round";
  pen.lineCap = "round";
  if (what === "unit") unit(pen, first, second, third === "stale");
  else if (what === "incident") incident(pen, first, second);
  else post(pen, first);
  return pen.getImageData(0, 0, SIZE * RATIO, SIZE * RATIO);
}
