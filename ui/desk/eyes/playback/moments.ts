/** Moments of a time line that one can go to: alarms, and what officers noted. Pure. */
import { covers, type Span } from './axis.ts';

export type Moment = { id: string; at: number; name: string };

/** More buttons than that are no help. */
const MOST = 12;

/** What lies in the stretch that is shown, the oldest first. */
export const within = (moments: readonly Moment[], view: Span): Moment[] =>
  moments
    .filter(({ at }) => covers([view], at))
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST);
