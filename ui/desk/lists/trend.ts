/** A device's trend as shapes on a grid of one unit an hour or day, 100 units high; and as a sentence's figures. Pure. */
import type { TrendSpan } from '@shared/api/types.ts';

export const HIGH = 100;
const LONG = { hours: 3_600_000, days: 86_400_000 };
export type Reach = keyof typeof LONG;

export type Bar = { x: number; heard: number; missed: number; faults: number; rings: number };
export type Drawing = { wide: number; bars: Bar[]; battery: string; signal: string };

/** Where the node did not listen, nothing stands: a gap is no silence of the device. */
export function drawing(spans: readonly TrendSpan[], reach: Reach): Drawing {
  const first = spans[0] ? Date.parse(spans[0].starts_at) : 0;
  const at = (span: TrendSpan) => Math.round((Date.parse(span.starts_at) - first) / LONG[reach]);
  const last = spans.at(-1);
  return {
    wide: last ? at(last) + 1 : 1,
    bars: spans.map((span) => {
      const heard = span.due === 0 ? 0 : (span.heard / span.due) * HIGH;
      return { x: at(span), heard, missed: span.due === 0 ? 0 : HIGH - heard, faults: span.faults, rings: span.rings };
    }),
    battery: path(spans, at, (span) => span.battery_percent),
    signal: path(spans, at, (span) => span.signal_percent),
  };
}

/** A line through what was told; it breaks where nothing was. */
function path(spans: readonly TrendSpan[], at: (span: TrendSpan) => number, told: (span: TrendSpan) => number | null | undefined): string {
  let before: number | null = null;
  return spans
    .flatMap((span) => {
      const percent = told(span);
      if (percent == null) return [];
      const x = at(span);
      const step = before !== null && x - before === 1 ? 'L' : 'M';
      before = x;
      // A lone point is drawn as a line as long as its hour.
      return [step === 'M' ? `M${x} ${HIGH - percent}h1` : `L${x + 1} ${HIGH - percent}`];
    })
    .join('');
}

export type Sum = { due: number; heard: number; percent: number | null; faults: number; tests: number; rings: number; battery: number | null; batteryFirst: number | null };

export function sum(spans: readonly TrendSpan[]): Sum {
  const total = (what: (span: TrendSpan) => number) => spans.reduce((all, span) => all + what(span), 0);
  const told = spans.flatMap((span) => (span.battery_percent == null ? [] : [span.battery_percent]));
  const due = total((span) => span.due);
  const heard = total((span) => span.heard);
  return {
    due,
    heard,
    // Never rounded up to "all" where something is missing; none where nothing was due.
    percent: due === 0 ? null : Math.floor((heard / due) * 100),
    faults: total((span) => span.faults),
    tests: total((span) => span.ring_tests),
    rings: total((span) => span.rings),
    battery: told.at(-1) ?? null,
    batteryFirst: told[0] ?? null,
  };
}
