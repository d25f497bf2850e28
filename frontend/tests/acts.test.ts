import assert from "node:assert/strict";
import { test } from "node:test";
import { ActQueue, judge, type Act, type Listener, type Outcome, type Store } from "../src/phone/acts.ts";

function memory(): Store & { kept: Map<number, Act> } {
  const kept = new Map<number, Act>();
  return { kept, all: async () => [...kept], put: async (key, act) => void kept.set(key, act), drop: async (key) => void kept.delete(key) };
}

const act = (id: string): Act => ({ id, url: "/acts", occurredAt: "2026-01-01T00:00:00Z", label: id, fields: [] });

function listener(log: string[]): Listener {
  return {
    waiting: () => undefined,
    done: ({ id }) => log.push(`done ${id}`),
    refused: ({ id }, text) => log.push(`refused ${id} ${text}`),
    signedOut: () => log.push("signed out"),
  };
}

test("without a network acts wait; when it is back they go out in the order they were done", async () => {
  let online = false;
  const sent: string[] = [];
  const log: string[] = [];
  const store = memory();
  const queue = new ActQueue(store, async ({ id }) => (online ? (sent.push(id), { kind: "done" }) : { kind: "later", signedOut: false }), listener(log));
  await Promise.all(["sign", "set-out", "arrive"].map((id) => queue.add(act(id))));
  assert.equal(store.kept.size, 3);
  online = true;
  await queue.drain();
  assert.deepEqual(sent, ["sign", "set-out", "arrive"]);
  assert.equal(store.kept.size, 0);
});

test("an answer lost on the way: the same act goes again under the same id", async () => {
  const ids: string[] = [];
  const answers: Outcome[] = [{ kind: "later", signedOut: false }, { kind: "done" }];
  const queue = new ActQueue(memory(), async ({ id }) => (ids.push(id), answers.shift()!), listener([]));
  await queue.add(act("one"));
  await queue.drain();
  assert.deepEqual(ids, ["one", "one"]);
});

test("what the server refuses leaves the queue, is said, and does not block the next", async () => {
  const log: string[] = [];
  const queue = new ActQueue(memory(), async ({ id }) => (id === "sign" ? { kind: "refused", text: "taken" } : { kind: "done" }), listener(log));
  await queue.add(act("sign"));
  await queue.add(act("note"));
  assert.deepEqual(log, ["refused sign taken", "done note"]);
});

test("only the application's own word refuses an act; a proxy's error page or a lost session does not", () => {
  assert.deepEqual(judge(409, { ok: false, text: "taken" }), { kind: "refused", text: "taken" });
  assert.deepEqual(judge(200, { ok: false, text: "no" }), { kind: "refused", text: "no" });
  assert.equal(judge(502, null).kind, "later");
  assert.equal(judge(500, { text: "broken" }).kind, "later");
  assert.deepEqual(judge(401, { text: "sign in" }), { kind: "later", signedOut: true });
  assert.deepEqual(judge(403, null), { kind: "later", signedOut: true });
  assert.equal(judge(200, null).kind, "later");
  assert.deepEqual(judge(200, { text: "ok", href: "/x" }), { kind: "done", text: "ok", href: "/x" });
});
