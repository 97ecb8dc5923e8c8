/** Keeping a live picture close to the present: when to jump, how fast to play, what to let go. Pure; all in seconds. */

export type Range = { start: number; end: number };
/** `to`: jump there; `rate`: play so fast; `drop`: let go of what is older. */
export type Step = { to: number | null; rate: number; drop: number | null };

/** Later than that it jumps; later than `SLOW_S` it plays a little faster, than `MUCH_S` clearly so; closer than `TIGHT_S` a little slower. */
export const LATE_S = 1.5;
const MUCH_S = 0.5;
const SLOW_S = 0.35;
const TIGHT_S = 0.1;
const AIM_S = 0.25;
const FASTEST = 1.25;
const FASTER = 1.12;
const SLOWER = 0.96;
/** How much of what was shown is kept, and how much more before it is let go. */
const KEPT_S = 6;
const SPARE_S = 10;

/** What to do at this moment of the picture, with what the browser holds. */
export function step(at: number, held: readonly Range[]): Step {
  const last = held.at(-1);
  const first = held[0];
  if (!last || !first) return { to: null, rate: 1, drop: null };
  const behind = last.end - at;
  const outside = at < last.start || at > last.end + AIM_S;
  const to = outside || behind > LATE_S ? Math.max(last.start, last.end - AIM_S) : null;
  const rate = to !== null ? 1 : behind > MUCH_S ? FASTEST : behind > SLOW_S ? FASTER : behind < TIGHT_S ? SLOWER : 1;
  const here = to ?? at;
  return { to, rate, drop: here - first.start > KEPT_S + SPARE_S ? here - KEPT_S : null };
}

const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

/** How long to wait before the next try, the longer the more often it failed. `chance` from 0 to 1 keeps many screens from asking at once. */
export function pause(failed: number, chance: number): number {
  const most = WAITS_MS[Math.min(failed, WAITS_MS.length - 1)]!;
  return Math.round(most * (0.75 + chance * 0.25));
}

/** No new picture for so long is told: what stands there is old. */
export const OLD_MS = 4_000;
