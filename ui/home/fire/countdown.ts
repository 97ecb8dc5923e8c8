/**
 * The countdown that sends unless it is cancelled. Pure, and measured by the clock rather than by ticks, because a phone
 * that dims its screen slows its timers.
 */
export const COUNT_S = 5;

/** Whole seconds that are left, 5 at first; 0 means: send. */
export function left(startedAt: number, now: number): number {
  return Math.max(0, Math.ceil(COUNT_S - (now - startedAt) / 1000));
}

export const isOver = (startedAt: number, now: number): boolean => left(startedAt, now) === 0;
