/** Texts, calls and pushes that could not be delivered, as rows of one table. Pure. */
import type { Obstacle, Undelivered } from '@shared/api/types.ts';

export type Row = { id: string; channel: 'sms' | 'voice' | 'loudspeaker' | 'push'; mode: string; by: string; why: Obstacle; since: string; attempts: number | null; open: boolean };

/** What can still be sent comes first, then the newest. */
export function rows({ letters, pushes }: Undelivered): Row[] {
  const sent = letters.map((one): Row => ({ id: one.id, channel: one.channel as Row['channel'], mode: one.mode, by: one.gateway ?? '', why: one.why, since: one.died_at, attempts: one.attempts, open: one.open }));
  const woken = pushes.map((one): Row => ({ id: one.id, channel: 'push', mode: 'live', by: one.service.replace(/^https?:\/\//, ''), why: one.why, since: one.since, attempts: null, open: false }));
  return [...sent, ...woken].sort((a, b) => Number(b.open) - Number(a.open) || b.since.localeCompare(a.since));
}
