import type { Files, Kept, Store } from "./acts.ts";
import { change, lastKey, readAll } from "./database.ts";
import { seal, sealJson, unseal, unsealJson, type Holder, type Sealed } from "./vault.ts";

interface Row {
  owner: string;
  act: Sealed;
}

interface FileRow {
  about: Sealed;
  content: Sealed;
}

interface About {
  field: string;
  name: string;
  type: string;
}

/** The queue on the phone: only whose it is and the order lie there in clear. */
export class KeptActs implements Store {
  readonly #held: Holder;

  constructor(held: Holder) {
    this.#held = held;
  }

  async all(): Promise<[number, Kept][]> {
    const mine = (await readAll<Row>("acts")).filter(([, { owner }]) => owner === this.#held.owner);
    return Promise.all(mine.map(async ([key, { act }]): Promise<[number, Kept]> => [Number(key), await unsealJson<Kept>(this.#held, "act", act)]));
  }

  async add(act: Kept, files: Files): Promise<void> {
    const row: Row = { owner: this.#held.owner, act: await sealJson(this.#held, "act", act) };
    const sealed = await Promise.all(files.map((file) => this.#sealFile(file)));
    await alone(async () => {
      const key = (await lastKey("acts")) + 1;
      await change(["acts", "files"], (store) => {
        store("acts").add(row, key);
        sealed.forEach((file, number) => store("files").put(file, [key, number]));
      });
    });
  }

  async #sealFile([field, file]: [string, File]): Promise<FileRow> {
    const about: About = { field, name: file.name, type: file.type };
    return { about: await sealJson(this.#held, "about", about), content: await seal(this.#held, "file", await file.arrayBuffer()) };
  }

  async files(key: number): Promise<Files> {
    const rows = await readAll<FileRow>("files", of(key));
    return Promise.all(rows.map(async ([, row]): Promise<[string, File]> => {
      const { field, name, type } = await unsealJson<About>(this.#held, "about", row.about);
      return [field, new File([await unseal(this.#held, "file", row.content)], name, { type })];
    }));
  }

  async put(key: number, act: Kept): Promise<void> {
    const row: Row = { owner: this.#held.owner, act: await sealJson(this.#held, "act", act) };
    await change(["acts"], (store) => void store("acts").put(row, key));
  }

  async drop(key: number): Promise<void> {
    await change(["acts", "files"], (store) => {
      store("acts").delete(key);
      store("files").delete(of(key));
    });
  }
}

function of(key: number): IDBKeyRange {
  return IDBKeyRange.bound([key, 0], [key, Infinity]);
}

/** Two tabs must not take the same place in the line. */
async function alone(work: () => Promise<void>): Promise<void> {
  await navigator.locks.request("wr-phone-place", work);
}

/** How many acts of other people wait on this phone: they go when those people sign in. */
export async function ofOthers(held: Holder): Promise<number> {
  return (await readAll<Row>("acts")).filter(([, { owner }]) => owner !== held.owner).length;
}

/** Where nothing can be kept sealed (no secure connection): for as long as the page is open. */
export class HeldInMemory implements Store {
  readonly #acts = new Map<number, [Kept, Files]>();
  #last = 0;

  async all(): Promise<[number, Kept][]> {
    return [...this.#acts].map(([key, [act]]) => [key, act]);
  }

  async add(act: Kept, files: Files): Promise<void> {
    this.#acts.set(++this.#last, [act, files]);
  }

  async files(key: number): Promise<Files> {
    return this.#acts.get(key)?.[1] ?? [];
  }

  async put(key: number, act: Kept): Promise<void> {
    this.#acts.set(key, [act, await this.files(key)]);
  }

  async drop(key: number): Promise<void> {
    this.#acts.delete(key);
  }
}
