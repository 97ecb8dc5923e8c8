/** What a camera sends and what it is told to be, in words. */
import { t } from '@shared/i18n/index.svelte.ts';

/** A clock that is farther off is set wrong. */
const CLOCK_OFF_MS = 2_000;
const SECOND_MS = 1_000;
type Millis = number | null | undefined;

/** By how many seconds a clock that is set wrong is off; 0 for one that is right, or that nobody knows. */
export const clockOff = (aheadMs: Millis): number => (aheadMs && Math.abs(aheadMs) > CLOCK_OFF_MS ? Math.round(Math.abs(aheadMs) / SECOND_MS) : 0);

export function clockSays(aheadMs: Millis): string {
  if (aheadMs === null || aheadMs === undefined) return t('facts-unknown');
  const n = clockOff(aheadMs);
  if (n === 0) return t('camera-clock-right');
  return t(aheadMs > 0 ? 'camera-clock-ahead' : 'camera-clock-behind', { n });
}

export const keySays = (everyMs: Millis): string => (everyMs ? t('camera-key-what', { n: Math.round(everyMs / 100) / 10 }) : t('facts-unknown'));
