/** How much of the time a camera was recorded. Pure. */
type Day = { recorded_seconds: number; of_seconds: number };

/** In percent, rounded down: what is not whole is not called whole. */
export function percent(days: readonly Day[]): number {
  const of = days.reduce((sum, day) => sum + day.of_seconds, 0);
  const recorded = days.reduce((sum, day) => sum + day.recorded_seconds, 0);
  return of > 0 ? Math.min(100, Math.floor((recorded / of) * 100)) : 0;
}
