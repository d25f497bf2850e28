import assert from "node:assert/strict";
import { test } from "node:test";
import { fromGcj02, shiftFeature, toGcj02, type LonLat } from "../src/map/gcj02.ts";

// Published pairs of WGS-84 and GCJ-02, [longitude, latitude].
const PAIRS: [LonLat, LonLat][] = [
  [[121.5272106, 31.1774276], [121.531541859215, 31.17530398364597]],
  [[113.912316, 22.543847], [113.9171764808363, 22.540796131694766]],
  [[116.377817, 39.911954], [116.38404722455657, 39.91334545536069]],
];

const near = (a: LonLat, b: LonLat, within: number): void => {
  assert.ok(Math.abs(a[0] - b[0]) < within && Math.abs(a[1] - b[1]) < within, `${a} is not ${b}`);
};

test("published places land where they are published", () => {
  for (const [wgs, gcj] of PAIRS) near(toGcj02(wgs), gcj, 1e-9);
});

test("there and back is the same place to a millimetre, all over the country", () => {
  for (let lon = 74; lon <= 134; lon += 1.37) for (let lat = 4; lat <= 53; lat += 1.13) near(fromGcj02(toGcj02([lon, lat])), [lon, lat], 1e-8);
});

test("outside China nothing moves", () => {
  assert.deepEqual(toGcj02([-83, 39.96]), [-83, 39.96]);
  assert.deepEqual(fromGcj02([24.94, 60.17]), [24.94, 60.17]);
});

test("a feature is shifted point by point, and the one given is left alone", () => {
  const line: GeoJSON.Feature = { type: "Feature", properties: { a: 1 }, geometry: { type: "LineString", coordinates: [PAIRS[0]![0], PAIRS[1]![0]] } };
  const shifted = shiftFeature(line);
  near((shifted.geometry as GeoJSON.LineString).coordinates[1] as LonLat, PAIRS[1]![1], 1e-9);
  assert.deepEqual((line.geometry as GeoJSON.LineString).coordinates[1], PAIRS[1]![0]);
});
