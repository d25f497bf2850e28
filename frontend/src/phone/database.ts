import { promisifyRequest } from "idb-keyval";

/** What lies on the phone. Everything but order and owner is sealed: see vault.ts. */
export const STORES = ["acts", "files", "drafts", "vault"] as const;
export type StoreName = (typeof STORES)[number];
const NAME = "watchroom-phone";

let opened: Promise<IDBDatabase> | null = null;

export function database(): Promise<IDBDatabase> {
  opened ??= open().catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
  const found = await promisifyRequest(request);
  found.onversionchange = () => {
    found.close();
    opened = null;
  };
  return found;
}

/** One transaction: all of it is on the phone when the promise resolves, or none. */
export async function change(names: StoreName[], work: (store: (name: StoreName) => IDBObjectStore) => void): Promise<void> {
  // "strict": an officer who was told "noted" may switch the phone off the next moment.
  const transaction = (await database()).transaction(names, "readwrite", { durability: "strict" });
  work((name) => transaction.objectStore(name));
  await promisifyRequest(transaction);
}

export async function read<T>(name: StoreName, key: IDBValidKey): Promise<T | undefined> {
  const store = (await database()).transaction(name).objectStore(name);
  return promisifyRequest<T | undefined>(store.get(key));
}

export async function readAll<T>(name: StoreName, range?: IDBKeyRange): Promise<[IDBValidKey, T][]> {
  const store = (await database()).transaction(name).objectStore(name);
  const [keys, values] = await Promise.all([promisifyRequest(store.getAllKeys(range)), promisifyRequest<T[]>(store.getAll(range))]);
  return keys.map((key, index) => [key, values[index] as T]);
}

export async function lastKey(name: StoreName): Promise<number> {
  const store = (await database()).transaction(name).objectStore(name);
  const cursor = await promisifyRequest(store.openKeyCursor(null, "prev"));
  return Number(cursor?.key ?? 0);
}

export async function empty(names: readonly StoreName[]): Promise<void> {
  await change([...names], (store) => names.forEach((name) => void store(name).clear()));
}
