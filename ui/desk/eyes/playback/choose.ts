/** Which stretch of time somebody wants to look back at. Pure. */
import { placeTime } from '@shared/time.ts';
import { DAY, HOUR, type Span } from './axis.ts';

export const REACHES = ['hour', 'day', 'week', 'month'] as const;
export type Reach = (typeof REACHES)[number];
const LONG: Record<Reach, number> = { hour: HOUR, day: DAY, week: 7 * DAY, month: 31 * DAY };
/** What is being recorded at this moment is there a little later. */
const LATEST_MS = 2_000;

/** Where what some cameras of a site recorded at that moment is looked back at; who looks still says why. */
export const lookBack = (site: string, cameras: readonly string[], at: string): string => `#/playback/${site}/${cameras.join(',')}/${encodeURIComponent(at)}`;

/** The same for what an incident keeps: for each site that has cameras among these, one. */
export function lookBacks(cameras: readonly { id: string; site: string; site_name: string }[], ids: readonly string[], at: string): { site: string; name: string; href: string }[] {
  const sites = new Map<string, { name: string; of: string[] }>();
  for (const { id, site, site_name } of cameras) {
    if (!ids.includes(id)) continue;
    const known = sites.get(site) ?? { name: site_name, of: [] };
    known.of.push(id);
    sites.set(site, known);
  }
  return [...sites].map(([site, { name, of }]) => ({ site, name, href: lookBack(site, of, at) }));
}

const TIME = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/;

/** `8:05`, `08.05`; null if it is no time of day. */
export function timeOf(text: string): string | null {
  const [, hours, minutes] = TIME.exec(text.trim()) ?? [];
  return hours === undefined ? null : `${hours.padStart(2, '0')}:${minutes}`;
}

/**
 * The stretch around that day and time: half an hour before and after it, the whole day, or the week or month that ends with it. Null
 * where that time has not been yet.
 */
export function stretch(day: string, time: string, reach: Reach, now: number): { span: Span; at: number } | null {
  const clock = timeOf(time);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || clock === null) return null;
  const at = placeTime(day, clock);
  const begins = placeTime(day, '00:00');
  if (!Number.isFinite(at) || at > now) return null;
  const ends = reach === 'hour' ? at + HOUR / 2 : begins + DAY;
  const to = Math.min(ends, now - LATEST_MS);
  const from = ends - LONG[reach];
  return from < to ? { span: { from, to }, at: Math.min(Math.max(at, from), to - 1) } : null;
}
