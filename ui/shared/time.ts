/**
 * Times, dates and money as people here write them: the clocks of the place (UTC+7 until the node says otherwise) whatever the phone is set to, dd/mm/yyyy, VND without decimals.
 * Pure: the present moment is always an argument.
 */
import type { Lang } from './i18n/lang.ts';

let shiftMs = 7 * 3_600_000;

/** By how many hours the place is ahead of UTC; the node says it with its first answer. */
export function setPlace(utcOffsetHours: number): void {
  // A view that an older app kept does not say it.
  if (Number.isFinite(utcOffsetHours)) shiftMs = utcOffsetHours * 3_600_000;
}

/** The day that it is there: 2025-08-19. */
export function placeDay(at: Moment): string {
  return local(at).toISOString().slice(0, 10);
}

/** The moment at which the clocks of the place show this day (2025-08-19) and time (17:00). */
export function placeTime(day: string, time: string): number {
  return Date.parse(`${day}T${time}:00Z`) - shiftMs;
}

type Moment = string | number | Date;

function local(at: Moment): Date {
  return new Date(new Date(at).getTime() + shiftMs);
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Hours and minutes, with seconds unless told otherwise: 08:01:22, in Indonesian 08.01.22. */
export function clock(at: Moment, lang: Lang, seconds = true): string {
  const t = local(at);
  const parts = [two(t.getUTCHours()), two(t.getUTCMinutes())];
  if (seconds) parts.push(two(t.getUTCSeconds()));
  return parts.join(lang === 'id' ? '.' : ':');
}

/** 19/08/2025 */
export function date(at: Moment): string {
  const t = local(at);
  return `${two(t.getUTCDate())}/${two(t.getUTCMonth() + 1)}/${t.getUTCFullYear()}`;
}

/** 19/08/2025 08:01 */
export function dateTime(at: Moment, lang: Lang): string {
  return `${date(at)} ${clock(at, lang, false)}`;
}

/** The clock alone for today, date and clock for any other day. */
export function whenShort(at: Moment, now: number, lang: Lang): string {
  return date(at) === date(now) ? clock(at, lang, false) : dateTime(at, lang);
}

export type Ago = { unit: 'now' | 'seconds' | 'minutes' | 'hours' | 'days'; n: number } | { unit: 'date'; text: string };

/** How long ago, as a unit and a number for the texts; past 30 days the date itself. A moment in the future counts as now. */
export function ago(at: Moment, now: number): Ago {
  const s = Math.floor((now - new Date(at).getTime()) / 1000);
  if (s < 5) return { unit: 'now', n: 0 };
  if (s < 60) return { unit: 'seconds', n: s };
  if (s < 3600) return { unit: 'minutes', n: Math.floor(s / 60) };
  if (s < 86_400) return { unit: 'hours', n: Math.floor(s / 3600) };
  if (s < 31 * 86_400) return { unit: 'days', n: Math.floor(s / 86_400) };
  return { unit: 'date', text: date(at) };
}

/** Minutes and seconds since a start, 02:14; with hours past an hour, 1:02:14. Never negative. */
export function elapsed(from: Moment, now: number): string {
  const s = Math.max(0, Math.floor((now - new Date(from).getTime()) / 1000));
  const h = Math.floor(s / 3600);
  const rest = `${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
  return h > 0 ? `${h}:${rest}` : rest;
}

/** 1.000.000 ₫ in Vietnamese, 1,000,000 VND in English, 1.000.000 VND in Indonesian. */
export function money(vnd: number, lang: Lang): string {
  const digits = String(Math.abs(Math.round(vnd))).replace(/\B(?=(\d{3})+$)/g, lang === 'en' ? ',' : '.');
  return `${vnd < 0 ? '−' : ''}${digits} ${lang === 'vi' ? '₫' : 'VND'}`;
}
