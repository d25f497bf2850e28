/**
 * WGS-84 ↔ GCJ-02, for the map's edge only: outside tiles of China are shifted, our data never is.
 * The forward shift is the published polynomial on the Krasovsky ellipsoid; the way back inverts it by iteration.
 * Degrees in, degrees out, [longitude, latitude].
 */
export type LonLat = [number, number];

const A = 6378245.0;
const EE = 0.00669342162296594323;
const { sin, cos, sqrt, abs, PI } = Math;

/** The shift applies in this box around China; elsewhere both systems are one. */
export function isShifted([lon, lat]: LonLat): boolean {
  return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
}

function waves(x: number, y: number): [number, number] {
  const shared = ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
  const north =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + shared +
    ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3 +
    ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
  const east =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + shared +
    ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 +
    ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
  return [east, north];
}

export function toGcj02(point: LonLat): LonLat {
  if (!isShifted(point)) return point;
  const [lon, lat] = point;
  const [east, north] = waves(lon - 105, lat - 35);
  const radians = (lat / 180) * PI;
  const magic = 1 - EE * sin(radians) ** 2;
  const dLat = (north * 180) / (((A * (1 - EE)) / (magic * sqrt(magic))) * PI);
  const dLon = (east * 180) / ((A / sqrt(magic)) * cos(radians) * PI);
  return [lon + dLon, lat + dLat];
}

/** Exact to well under a millimetre: the shift is smooth, so each round shrinks the error about a thousandfold. */
export function fromGcj02(point: LonLat): LonLat {
  if (!isShifted(point)) return point;
  let [lon, lat] = point;
  for (let round = 0; round < 6; round += 1) {
    const [shiftedLon, shiftedLat] = toGcj02([lon, lat]);
    lon += point[0] - shiftedLon;
    lat += point[1] - shiftedLat;
  }
  return [lon, lat];
}

type Coordinates = number[] | Coordinates[];

function shift(coordinates: Coordinates): Coordinates {
  if (typeof coordinates[0] === "number") {
    const [lon, lat, ...rest] = coordinates as number[];
    return [...toGcj02([lon ?? 0, lat ?? 0]), ...rest];
  }
  return (coordinates as Coordinates[]).map(shift);
}

/** A shifted copy of a feature for drawing. */
export function shiftFeature(feature: GeoJSON.Feature): GeoJSON.Feature {
  const { geometry } = feature;
  if (geometry.type === "GeometryCollection") return { ...feature, geometry: { ...geometry, geometries: geometry.geometries.map((one) => shiftFeature({ type: "Feature", properties: null, geometry: one }).geometry) } };
  return { ...feature, geometry: { ...geometry, coordinates: shift(geometry.coordinates as Coordinates) } as GeoJSON.Geometry };
}
