/**
 * Puts positions on a drawing. Equirectangular: over a commune of some kilometres the error is far below a house.
 * Pure; positions that are no numbers are left out by `boundsOf`.
 */
export type At = { lat: number; lon: number };
export type Bounds = { south: number; north: number; west: number; east: number };
/** `metres`: how long that many are on the drawing. */
export type Projection = { width: number; height: number; metres: (n: number) => number; point: (at: At) => { x: number; y: number }; at: (spot: { x: number; y: number }) => At };

const PER_DEGREE_M = 111_320;
/** So that one home, or a lane of homes in a row, still has ground around it: about 66 m. */
const LEAST_DEGREES = 0.0006;

export function boundsOf(positions: readonly (At | null | undefined)[]): Bounds | null {
  const known = positions.filter((at): at is At => !!at && Number.isFinite(at.lat) && Number.isFinite(at.lon));
  if (known.length === 0) return null;
  const bounds = { south: Infinity, north: -Infinity, west: Infinity, east: -Infinity };
  for (const { lat, lon } of known) {
    bounds.south = Math.min(bounds.south, lat);
    bounds.north = Math.max(bounds.north, lat);
    bounds.west = Math.min(bounds.west, lon);
    bounds.east = Math.max(bounds.east, lon);
  }
  return bounds;
}

function widened(low: number, high: number): [number, number] {
  const lack = Math.max(0, LEAST_DEGREES - (high - low)) / 2;
  return [low - lack, high + lack];
}

/** The largest drawing of the bounds that fits, with a margin, north at the top and one scale for both directions. */
export function projection(bounds: Bounds, width: number, height: number, margin: number): Projection {
  const [south, north] = widened(bounds.south, bounds.north);
  const [west, east] = widened(bounds.west, bounds.east);
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min((width - 2 * margin) / ((east - west) * shrink), (height - 2 * margin) / (north - south));
  const left = (width - (east - west) * shrink * scale) / 2;
  const top = (height - (north - south) * scale) / 2;
  return {
    width,
    height,
    metres: (n) => (n / PER_DEGREE_M) * scale,
    point: ({ lat, lon }) => ({ x: left + (lon - west) * shrink * scale, y: top + (north - lat) * scale }),
    at: ({ x, y }) => ({ lat: north - (y - top) / scale, lon: west + (x - left) / (shrink * scale) }),
  };
}

/** The same middle, shown `times` as large. */
export function zoomed(bounds: Bounds, times: number, middle?: At | null): Bounds {
  const at = middle ?? { lat: (bounds.south + bounds.north) / 2, lon: (bounds.west + bounds.east) / 2 };
  const high = (bounds.north - bounds.south) / 2 / times;
  const wide = (bounds.east - bounds.west) / 2 / times;
  return { south: at.lat - high, north: at.lat + high, west: at.lon - wide, east: at.lon + wide };
}

/** The ground that a camera sees, as the path of a sector; from 360° on a circle. Directions in degrees from north, clockwise. */
export function sector({ x, y }: { x: number; y: number }, radius: number, direction: number, angle: number): string {
  const at = (degrees: number) => {
    const turned = (degrees * Math.PI) / 180;
    return `${(x + radius * Math.sin(turned)).toFixed(1)} ${(y - radius * Math.cos(turned)).toFixed(1)}`;
  };
  if (angle >= 360) return `M${at(0)}A${radius} ${radius} 0 1 1 ${at(180)}A${radius} ${radius} 0 1 1 ${at(0)}z`;
  return `M${x.toFixed(1)} ${y.toFixed(1)}L${at(direction - angle / 2)}A${radius} ${radius} 0 ${angle > 180 ? 1 : 0} 1 ${at(direction + angle / 2)}z`;
}

const LETTER = 9;
const LINE = 22;

/** Whose names can be written beside their places without covering one another, the first first. */
export function apart(named: readonly { id: string; name: string; x: number; y: number }[]): Set<string> {
  const written: { id: string; left: number; right: number; y: number }[] = [];
  for (const { id, name, x, y } of named) {
    const [left, right] = [x, x + 12 + name.length * LETTER];
    if (written.every((one) => right < one.left || left > one.right || Math.abs(one.y - y) > LINE)) written.push({ id, left, right, y });
  }
  return new Set(written.map((one) => one.id));
}

/** What was typed as latitude and longitude, if it is a place on earth. */
export function spotOf(lat: string, lon: string): At | null {
  const at = { lat: Number(lat.replace(',', '.')), lon: Number(lon.replace(',', '.')) };
  return lat.trim() && lon.trim() && Math.abs(at.lat) <= 90 && Math.abs(at.lon) <= 180 ? at : null;
}

/** Metres between two positions, for texts such as "40 m": a straight line on the same flat ground. */
export function metresBetween(a: At, b: At): number {
  const shrink = Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot((a.lat - b.lat) * PER_DEGREE_M, (a.lon - b.lon) * PER_DEGREE_M * shrink);
}
