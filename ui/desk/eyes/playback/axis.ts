/** The time line: which stretch is shown, how it is zoomed and moved, where its marks stand. Pure; all moments are milliseconds since 1970. */

export type Span = { from: number; to: number };

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** The closest and the widest view. */
export const CLOSEST = 10 * SECOND;
export const WIDEST = 31 * DAY;

export const length = ({ from, to }: Span): number => to - from;
const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

/** Where a moment stands, from 0 at the left to 1 at the right; beyond them it is not on the screen. */
export const part = (view: Span, at: number): number => (at - view.from) / length(view);
/** The moment that stands there. */
export const moment = (view: Span, part: number): number => view.from + part * length(view);

/** The view inside these limits, as long as it was where that is possible. */
export function inside(view: Span, limits: Span): Span {
  const long = within(length(view), Math.min(CLOSEST, length(limits)), Math.min(WIDEST, length(limits)));
  const from = within(view.from, limits.from, limits.to - long);
  return { from, to: from + long };
}

/** Closer (`times` above 1) or wider; what stood at `centre` stays where it was. */
export function zoom(view: Span, times: number, centre: number, limits: Span): Span {
  const long = within(length(view) / times, Math.min(CLOSEST, length(limits)), Math.min(WIDEST, length(limits)));
  const where = within(part(view, centre), 0, 1);
  const from = centre - where * long;
  return inside({ from, to: from + long }, limits);
}

/** To the right by a part of what is shown; to the left if it is negative. */
export function move(view: Span, by: number, limits: Span): Span {
  const shift = by * length(view);
  return inside({ from: view.from + shift, to: view.to + shift }, limits);
}

/** The view moved, if need be, so that the moment is on it. */
export function follow(view: Span, at: number, limits: Span): Span {
  if (at >= view.from && at <= view.to) return view;
  const from = at - length(view) * 0.1;
  return inside({ from, to: from + length(view) }, limits);
}

const STEPS = [SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY] as const;

/** Where marks stand, no more than `most` of them, at round times of the clock of the place (`shift` ahead of UTC). */
export function marks(view: Span, most: number, shift: number): { at: number; step: number }[] {
  const step = STEPS.find((one) => length(view) / one <= most) ?? 7 * DAY;
  const first = Math.ceil((view.from + shift) / step) * step - shift;
  const found: { at: number; step: number }[] = [];
  for (let at = first; at <= view.to; at += step) found.push({ at, step });
  return found;
}

/** What of these stretches is on the view, those that touch or are closer than a hair made one. */
export function seen(spans: readonly Span[], view: Span, hair: number): Span[] {
  const found: Span[] = [];
  for (const { from, to } of spans) {
    if (to <= view.from || from >= view.to) continue;
    const [begins, ends] = [Math.max(from, view.from), Math.min(to, view.to)];
    const last = found.at(-1);
    if (last && begins - last.to <= hair) last.to = Math.max(last.to, ends);
    else found.push({ from: begins, to: ends });
  }
  return found;
}

/** Whether there is footage at that moment. */
export const covers = (spans: readonly Span[], at: number): boolean => spans.some(({ from, to }) => at >= from && at < to);

/** The next moment from here on at which any of them has footage; null where none has. */
export function next(all: readonly (readonly Span[])[], at: number): number | null {
  let best: number | null = null;
  for (const spans of all) {
    for (const { from, to } of spans) {
      if (to <= at) continue;
      const found = Math.max(from, at);
      if (best === null || found < best) best = found;
      break;
    }
  }
  return best;
}

export const RATES = [0.25, 0.5, 1, 2, 4, 8, 16] as const;
/** The next faster or slower of the rates. */
export function faster(rate: number, by: 1 | -1): number {
  const at = RATES.findIndex((one) => one >= rate);
  return RATES[within(at + by, 0, RATES.length - 1)]!;
}
