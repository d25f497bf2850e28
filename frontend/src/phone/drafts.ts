import { change, read } from "./database.ts";
import { sealJson, unsealJson, type Holder, type Sealed } from "./vault.ts";

type Draft = [string, string][];
const WAIT = 400;

interface Row {
  owner: string;
  draft: Sealed;
}

function fieldsOf(form: HTMLFormElement): (HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[] {
  return [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>("input:not([type=hidden]):not([type=file]), textarea, select")];
}

const ticks = (field: Element): field is HTMLInputElement => field instanceof HTMLInputElement && field.type === "checkbox";

/** What somebody is writing survives the page: sealed, under the form's id, until it is sent. */
export class Drafts {
  readonly #held: Holder;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #last: Promise<void> = Promise.resolve();

  constructor(held: Holder) {
    this.#held = held;
  }

  async restore(form: HTMLFormElement, wanted: () => boolean): Promise<void> {
    const row = await read<Row>("drafts", form.id);
    if (!row || row.owner !== this.#held.owner) return;
    const written = new Set((await unsealJson<Draft>(this.#held, form.id, row.draft)).map((pair) => JSON.stringify(pair)));
    const values = new Map([...written].map((pair) => JSON.parse(pair) as [string, string]));
    if (!wanted()) return;
    for (const field of fieldsOf(form)) {
      if (ticks(field)) field.checked = written.has(JSON.stringify([field.name, field.value]));
      else field.value = values.get(field.name) ?? field.value;
    }
    form.closest("details")?.setAttribute("open", "");
  }

  write(form: HTMLFormElement): void {
    clearTimeout(this.#timers.get(form.id));
    this.#timers.set(form.id, setTimeout(() => void this.#inTurn(() => this.#keep(form)), WAIT));
  }

  /** A draft that is being kept must not come after the sending that clears it. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.catch(() => undefined).then(work);
    return this.#last;
  }

  async #keep(form: HTMLFormElement): Promise<void> {
    const draft: Draft = fieldsOf(form).flatMap((field): Draft => (ticks(field) && !field.checked) || !field.value ? [] : [[field.name, field.value]]);
    const row: Row = { owner: this.#held.owner, draft: await sealJson(this.#held, form.id, draft) };
    await change(["drafts"], (store) => void store("drafts").put(row, form.id));
  }

  async clear(form: HTMLFormElement): Promise<void> {
    clearTimeout(this.#timers.get(form.id));
    await this.#inTurn(() => change(["drafts"], (store) => void store("drafts").delete(form.id)));
  }
}
