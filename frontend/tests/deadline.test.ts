import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../src/deadline.ts";

const START = Date.parse("2026-01-01T20:00:00Z");
const at = (seconds: number): number => START + seconds * 1000;

test("a minute to sign: calm, then amber in the last fifth, then late", () => {
  const phase = (seconds: number): string => read(at(seconds), at(60), START, null, null).phase;
  assert.deepEqual([0, 47, 48, 60, 61].map(phase), ["running", "running", "soon", "soon", "late"]);
});

test("late counts up from the deadline", () => {
  assert.equal(read(at(80), at(60), START, null, null).seconds, 20);
});

test("a clock that was stopped says how it went, whatever the time is now", () => {
  assert.deepEqual(read(at(9999), at(60), START, at(45), null), { phase: "done", seconds: 45, left: null });
  assert.equal(read(at(9999), at(60), START, at(75), null).phase, "late");
});

test("without a known start the last minute is amber; an explicit limit wins", () => {
  assert.equal(read(at(0), at(61), null, null, null).phase, "running");
  assert.equal(read(at(0), at(59), null, null, null).phase, "soon");
  assert.equal(read(at(0), at(200), START, null, 300).phase, "soon");
});

test("no deadline: time since the start", () => {
  assert.deepEqual(read(at(90), null, START, null, null), { phase: "elapsed", seconds: 90, left: null });
});
