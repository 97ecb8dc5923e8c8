/** A stretch of time as people read it: the day once where it is one day. */
import { clockText, dateText } from '@shared/i18n/index.svelte.ts';

type Moment = string | number;

export function spanText(from: Moment, to: Moment): string {
  const [first, last] = [dateText(from), dateText(to)];
  return first === last ? `${first} ${clockText(from)} – ${clockText(to)}` : `${first} ${clockText(from)} – ${last} ${clockText(to)}`;
}
