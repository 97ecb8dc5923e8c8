/** When a drill may be: 07:00 to 20:00 here, at least a day ahead. Pure; the node checks again. Times are the place's, whatever the phone says. */
import { placeDay, placeTime } from './time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const FIRST_HOUR = 7;
export const LAST_HOUR = 20;
const DAYS_AHEAD = 21;

/** A day `2025-08-20` and a time `19:00` of this place, as an instant. */
export function instant(day: string, time: string): string {
  return new Date(placeTime(day, time)).toISOString();
}

/** The days that can be chosen. The first is the day after tomorrow, so that any hour of it is a day ahead. */
export function days(now: number): string[] {
  return Array.from({ length: DAYS_AHEAD }, (_, n) => placeDay(now + (n + 2) * DAY_MS));
}

/** Every half hour that is allowed, the last being the end. */
export function times(): string[] {
  const halves = (LAST_HOUR - FIRST_HOUR) * 2;
  return Array.from({ length: halves + 1 }, (_, n) => `${String(FIRST_HOUR + Math.floor(n / 2)).padStart(2, '0')}:${n % 2 ? '30' : '00'}`);
}
