import assert from "node:assert/strict";
import { test } from "node:test";
import { ActQueue, judge, type Act, type Kept, type Listener, type Outcome, type Send } from "../src/phone/acts.ts";
import { HeldInMemory } from "../src/phone/kept.ts";

const act = (id: string, matter = "", version = 1): Act => ({ id, url: "/acts", matter, form: "", occurredAt: "2026-01-01T00:00:00Z", label: id, fields: [["version", String(version)]] });
const later: Outcome = { kind: "later", signedOut: false };
const done: Outcome = { kind: "done" };
const conflict = (version: number, open = true): Outcome => ({ kind: "conflict", text: "overtaken", now: { number: "M1", standing: "open", version, open, notable: true, href: "" } });

interface Phone {
  queue: ActQueue;
  log: string[];
  kept(): Promise<[number, Kept][]>;
}

function phone(send: Send): Phone {
  const [log, store] = [[] as string[], new HeldInMemory()];
  const tell: Listener = {
    kept: () => undefined,
    done: ({ id }) => void log.push(`done ${id}`),
    asked: ({ id }, { kind, text }) => void log.push(`${kind} ${id} ${text}`),
    drained: () => undefined,
    signedOut: () => void log.push("signed out"),
    wipe: () => void log.push("wipe"),
  };
  return { queue: new ActQueue(store, send, tell), log, kept: () => store.all() };
}

async function keep({ queue }: Phone, ...acts: Act[]): Promise<void> {
  for (const one of acts) await queue.keep(one);
  await queue.drain();
}

test("without a network acts wait; when it is back they go out in the order they were done", async () => {
  let online = false;
  const sent: string[] = [];
  const one = phone(async ({ id }) => (online ? (sent.push(id), done) : later));
  await keep(one, act("sign"), act("set-out"), act("arrive"));
  assert.equal((await one.kept()).length, 3);
  online = true;
  await one.queue.drain();
  assert.deepEqual(sent, ["sign", "set-out", "arrive"]);
  assert.deepEqual(await one.kept(), []);
});

test("an answer lost on the way: the same act goes again under the same id", async () => {
  const ids: string[] = [];
  const answers = [later, done];
  const one = phone(async ({ id }) => (ids.push(id), answers.shift() ?? done));
  await keep(one, act("one"));
  await one.queue.drain();
  assert.deepEqual(ids, ["one", "one"]);
});

test("what the server refuses stays until the person has chosen, and does not block the next", async () => {
  const one = phone(async ({ id }) => (id === "sign" ? { kind: "refused", text: "taken" } : done));
  await keep(one, act("sign", "7"), act("note", "7"));
  assert.deepEqual(one.log, ["refused sign taken", "done note"]);
  const [[key, left]] = (await one.kept()) as [[number, Kept]];
  assert.equal(left.state, "refused");
  await one.queue.choose(key, "drop");
  assert.deepEqual(await one.kept(), []);
});

test("somebody was faster: what came after on the same matter waits for the choice, other matters go on", async () => {
  const one = phone(async ({ id, fields }) => (id === "close" && fields[0]?.[1] === "1" ? conflict(4) : done));
  await keep(one, act("close", "7"), act("note", "7"), act("other", "8"));
  assert.deepEqual(one.log, ["conflict close overtaken", "done other"]);
  const kept = await one.kept();
  assert.deepEqual(kept.map(([, { id, state }]) => [id, state]), [["close", "conflict"], ["note", "waiting"]]);
  await one.queue.choose(kept[0]?.[0] ?? 0, "again");
  assert.deepEqual((await one.kept()).map(([, { fields }]) => fields[0]?.[1]), ["4", "4"]);
  await one.queue.drain();
  assert.deepEqual(one.log.slice(2), ["done close", "done note"]);
});

test("kept as a note: it goes out as one, and then what came after it", async () => {
  const sent: string[] = [];
  const one = phone(async ({ id, fields }) => (sent.push(`${id} ${fields.some(([name]) => name === "as_note")}`), id === "close" && fields.length === 1 ? conflict(4, false) : done));
  await keep(one, act("close", "7"), act("more", "7"));
  const [[key]] = (await one.kept()) as [[number, Kept]];
  await one.queue.choose(key, "note");
  await one.queue.drain();
  assert.deepEqual(sent, ["close false", "close true", "more false"]);
});

test("one act the server chokes on does not hold up the others", async () => {
  const one = phone(async ({ id }) => (id === "bad" ? { kind: "later", signedOut: false, text: "500" } : done));
  await keep(one, act("bad", "7"), act("after", "7"), act("other", "8"));
  assert.deepEqual(one.log, ["done other"]);
  assert.deepEqual((await one.kept()).map(([, { id, text }]) => [id, text]), [["bad", "500"], ["after", undefined]]);
});

test("only the application's own word ends an act; a proxy's error page or a lost session does not", () => {
  assert.deepEqual(judge(422, { state: "refused", text: "no" }), { kind: "refused", text: "no" });
  assert.equal(judge(409, { state: "conflict", text: "late", version: 3 }).kind, "conflict");
  assert.deepEqual(judge(410, { state: "wipe" }), { kind: "wipe" });
  assert.deepEqual(judge(502, null), later);
  assert.deepEqual(judge(500, null), { ...later, text: "500" });
  assert.deepEqual(judge(413, null), { ...later, text: "413" });
  assert.deepEqual(judge(401, { text: "sign in" }), { kind: "later", signedOut: true });
  assert.deepEqual(judge(403, null), { kind: "later", signedOut: true });
  assert.equal(judge(200, null).kind, "later");
  assert.deepEqual(judge(200, { state: "done", text: "ok" }), { kind: "done", text: "ok" });
});
