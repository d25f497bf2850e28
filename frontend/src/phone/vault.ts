import { change, read } from "./database.ts";

/**
 * The key of the person who works with this phone. The server gives it after signing in; here it is kept as a key that
 * no script can read out again, and forgotten at sign-out. What is sealed with it opens for nobody else.
 */
export interface Holder {
  owner: string;
  key: CryptoKey;
}

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

const text = new TextEncoder();

export async function holder(): Promise<Holder | null> {
  return (await read<Holder>("vault", "holder")) ?? null;
}

export async function hold(owner: string, raw: Uint8Array<ArrayBuffer>): Promise<Holder> {
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  const held = { owner, key };
  await change(["vault"], (store) => void store("vault").put(held, "holder"));
  return held;
}

export async function drop(): Promise<void> {
  await change(["vault"], (store) => void store("vault").clear());
}

/** `name` says what it is: a thing put in another's place does not open. */
export async function seal(held: Holder, name: string, data: BufferSource): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(name) }, held.key, data) };
}

export async function unseal(held: Holder, name: string, { iv, data }: Sealed): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: text.encode(name) }, held.key, data);
}

export async function sealJson(held: Holder, name: string, value: unknown): Promise<Sealed> {
  return seal(held, name, text.encode(JSON.stringify(value)));
}

export async function unsealJson<T>(held: Holder, name: string, sealed: Sealed): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await unseal(held, name, sealed))) as T;
}
