/** From a day and two times of it, as people write them, to a stretch of time. Pure but for the browser's own time zone. */

/** `18:05`, `18:05:30`; hours and minutes that there are. */
const TIME = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

function moment(day: string, time: string): Date | null {
  const [, hours, minutes, seconds = '00'] = TIME.exec(time.trim()) ?? [];
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || hours === undefined) return null;
  const at = new Date(`${day}T${hours.padStart(2, '0')}:${minutes}:${seconds}`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** The stretch, or null while it is none. */
export function spanOf(day: string, from: string, to: string): { from: string; to: string } | null {
  const [begins, ends] = [moment(day, from), moment(day, to)];
  return begins && ends && begins < ends ? { from: begins.toISOString(), to: ends.toISOString() } : null;
}
