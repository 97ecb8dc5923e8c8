/** When a drill may be: 07:00 to 20:00 here, at least a day ahead. Pure; the node checks again. Times are UTC+7 whatever the phone says. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SHIFT_MS = 7 * HOUR_MS;
export const FIRST_HOUR = 7;
export const LAST_HOUR = 20;

/** `2025-08-20T19:00` as typed here, as an instant. Null when it is no time. */
export function fromLocal(typed: string): string | null {
  const ms = Date.parse(`${typed}:00+07:00`);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

export type DrillTrouble = 'no-time' | 'too-soon' | 'by-night';

export function drillTrouble(typed: string, now: number): DrillTrouble | null {
  const at = fromLocal(typed);
  if (at === null) return 'no-time';
  if (Date.parse(at) - now < DAY_MS) return 'too-soon';
  const local = new Date(Date.parse(at) + SHIFT_MS);
  const minutes = local.getUTCHours() * 60 + local.getUTCMinutes();
  return minutes < FIRST_HOUR * 60 || minutes > LAST_HOUR * 60 ? 'by-night' : null;
}

/** The day after tomorrow at 17:00, ready in the field. */
export function suggestion(now: number): string {
  return new Date(now + SHIFT_MS + 2 * DAY_MS).toISOString().slice(0, 10) + 'T17:00';
}
