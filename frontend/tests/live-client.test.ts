import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { LiveClient, StreamParser, compareIds, type LiveState, type StreamEvent } from "../src/live-client.ts";

test("ids are compared as numbers, not as words", () => {
  assert.equal(compareIds("9-1", "10-1"), -1);
  assert.equal(compareIds("10-9", "10-10"), -1);
  assert.equal(compareIds("10-10", "10-10"), 0);
  assert.equal(compareIds("12345678901234567890-2", "12345678901234567890-1"), 1);
});

test("a stream is read alike whatever the pieces it comes in", () => {
  const text = ':hello\r\nid: 5-1\r\nevent: positions\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata:x\n\nid: 5-2\nretry: 9\n\nid: 5-3\ndata: 值守\n\n';
  const expected: StreamEvent[] = [{ id: "5-1", name: "positions", data: '{"a":\n1}' }, { id: "", name: "entry", data: "x" }, { id: "5-3", name: "entry", data: "值守" }];
  for (let size = 1; size <= text.length; size += 1) {
    const events: StreamEvent[] = [];
    const parser = new StreamParser((event) => events.push(event));
    for (let from = 0; from < text.length; from += size) parser.push(text.slice(from, from + size));
    assert.deepEqual(events, expected, `pieces of ${size}`);
  }
});

/** Sends events after Last-Event-ID, some already seen once more, and breaks off in the middle of one. */
function hostile(total: number, perConnection: number): { serve: (last: string, answer: ServerResponse) => void; connections: () => number } {
  let connections = 0;
  const serve = (last: string, answer: ServerResponse): void => {
    connections += 1;
    if (connections % 4 === 0) return void answer.writeHead(503).end();
    answer.writeHead(200, { "Content-Type": "text/event-stream" });
    const seen = Number(last.split("-")[1] ?? 0);
    const end = Math.min(seen + perConnection, total);
    for (let entry = Math.max(1, seen - 2); entry <= end; entry += 1) answer.write(`id: 7-${entry}\ndata: {"id":${entry}}\n\n`);
    if (end < total) answer.write(`id: 7-${end + 1}\ndata: {"id"`, () => setTimeout(() => answer.destroy(), 5));
  };
  return { serve, connections: () => connections };
}

test("over a connection that keeps breaking, every event arrives once and in order", async () => {
  const { serve, connections } = hostile(200, 13);
  const server = createServer((request, answer) => serve(String(request.headers["last-event-id"] ?? ""), answer)).listen(0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const got: string[] = [];
  const states = new Set<LiveState>();
  const client: LiveClient = new LiveClient(url, {
    backoffMs: [1],
    onEvent: ({ id }) => {
      got.push(id);
      if (id === "7-200") client.stop();
    },
    onState: (state) => states.add(state),
  });
  await client.run();
  server.closeAllConnections();
  server.close();
  assert.deepEqual(got, Array.from({ length: 200 }, (_, index) => `7-${index + 1}`));
  assert.ok(connections() > 10);
  assert.ok(states.has("lost") && states.has("open"));
});

test("a stream that says nothing is given up and asked again", async () => {
  let asked = 0;
  const server = createServer((_, answer) => {
    asked += 1;
    answer.writeHead(200, { "Content-Type": "text/event-stream" });
    if (asked === 1) answer.write(": hello\n\n");
    else answer.write("id: 1-1\ndata: 1\n\n");
  }).listen(0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const client: LiveClient = new LiveClient(url, { backoffMs: [1], silenceMs: 60, onEvent: () => client.stop(), onState: () => undefined });
  await client.run();
  server.closeAllConnections();
  server.close();
  assert.equal(asked, 2);
  assert.equal(client.last, "1-1");
});

test("a person who is signed out is not asked for again and again", async () => {
  let asked = 0;
  const server = createServer((_, answer) => void ((asked += 1), answer.writeHead(401).end())).listen(0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let ended = false;
  await new LiveClient(url, { backoffMs: [1], onEvent: () => undefined, onState: (state) => (ended = state === "ended") }).run();
  server.close();
  assert.equal(asked, 1);
  assert.ok(ended);
});
