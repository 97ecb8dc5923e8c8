/** At which stage footage that is handed out stands. Pure. */
import type { components } from '@shared/api/schema.d.ts';

export type Export = components['schemas']['ExportShown'];
export type Stage = 'waits' | 'lapsed' | 'refused' | 'making' | 'made' | 'over' | 'fetched';

const HOUR_MS = 3_600_000;
/** So long a request waits for its second person, and so long what was put together can be fetched. */
export const WAITS_MS = 7 * 24 * HOUR_MS;
export const FETCHED_WITHIN_MS = 24 * HOUR_MS;

export function stage(one: Export, now: number): Stage {
  if (one.fetched_at) return 'fetched';
  if (one.made_at) return now < Date.parse(one.made_at) + FETCHED_WITHIN_MS ? 'made' : 'over';
  if (one.approved === false) return 'refused';
  if (one.approved) return 'making';
  return now < Date.parse(one.asked_at) + WAITS_MS ? 'waits' : 'lapsed';
}

/** Whether somebody has still something to do with it. */
export const isOpen = (one: Export, now: number): boolean => ['waits', 'making', 'made'].includes(stage(one, now));

/** How many parts are covered in the copy, besides what homes marked. */
export const covered = (one: Export): number => (one.copy?.masks ?? []).reduce((n, { masks }) => n + masks.length, 0);

/** A size as people read it: whole megabytes, or gigabytes with one decimal. */
export function size(bytes: number): { n: string; unit: 'mb' | 'gb' } {
  return bytes < 1e9 ? { n: String(Math.max(1, Math.round(bytes / 1e6))), unit: 'mb' } : { n: (bytes / 1e9).toFixed(1), unit: 'gb' };
}
