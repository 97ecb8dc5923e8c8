/** What a camera's picture needs next, of what was recorded and what the browser holds. Pure; moments in milliseconds since 1970. */
import type { Span } from './axis.ts';
import type { Piece } from './footage.ts';

/** So far ahead of what is shown it is fetched, at normal speed; faster playing needs more. */
export const AHEAD_MS = 12_000;
const AHEAD_MOST_MS = 60_000;
/** What is fetched at a time. */
const MOST_BYTES = 3_000_000;
const MOST_MS = 10_000;
/** Between two pieces that are one: recorders round. */
const SEAM_MS = 250;
/** What was shown is kept so long, for steps back. */
export const KEPT_MS = 20_000;

/** The stretch held in which this moment lies. */
export const holding = (held: readonly Span[], at: number): Span | null => held.find(({ from, to }) => at >= from - SEAM_MS / 4 && at < to) ?? null;

/** From when on the next pieces are wanted; null while enough is held. */
export function wanted(held: readonly Span[], at: number, rate: number): number | null {
  const here = holding(held, at);
  if (!here) return at;
  const ahead = Math.min(AHEAD_MS * Math.max(1, rate), AHEAD_MOST_MS);
  return here.to - at < ahead ? here.to : null;
}

/**
 * The pieces to fetch at once, of one file and without a gap between them. After a jump they begin with a key picture, the last one
 * before that moment; going on, with the piece that follows what is held.
 */
export function batch(pieces: readonly Piece[], from: number, goesOn: boolean): Piece[] {
  let first = -1;
  if (goesOn) first = pieces.findIndex((one) => one.at >= from - SEAM_MS && one.ends > from + 1);
  if (first < 0) {
    for (const [n, one] of pieces.entries()) if (one.key && one.at <= from) first = n;
    if (first < 0 || !reaches(pieces, first, from)) first = pieces.findIndex((one) => one.key && one.at >= from);
  }
  if (first < 0) return [];
  const found = [pieces[first]!];
  let bytes = found[0]!.length;
  for (const one of pieces.slice(first + 1)) {
    const last = found.at(-1)!;
    const apart = one.file !== last.file || one.gap || Math.abs(one.at - last.ends) > SEAM_MS;
    if (apart || bytes + one.length > MOST_BYTES || (one.ends - found[0]!.at > MOST_MS && one.at > from)) break;
    found.push(one);
    bytes += one.length;
  }
  return found;
}

/** Whether from that key picture on there are pieces without a gap up to that moment. */
function reaches(pieces: readonly Piece[], first: number, at: number): boolean {
  let ends = pieces[first]!.ends;
  for (const one of pieces.slice(first + 1)) {
    if (ends >= at || one.at > at || one.gap) break;
    ends = one.ends;
  }
  return ends + SEAM_MS >= at;
}
