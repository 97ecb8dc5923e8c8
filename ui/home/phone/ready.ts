/**
 * Is this home ready? Three answers (siren, phone, push) and one sum of them. Pure. A signal from the bell is not a sound:
 * "last heard ringing" stands beside it and counts as due after 35 days. Push wakes nobody for certain, so it never
 * makes a home ready by itself.
 */
import type { HomeView } from '@shared/api/types.ts';

export const HEARD_DUE_DAYS = 35;

export type Tone = 'ok' | 'late' | 'fault' | 'unknown';
export type Part = { tone: Tone; says: string };
export type Ready = { siren: Part; phone: Part; push: Part; heard: Part; all: Tone };

export function ready(connection: HomeView['connection'] | undefined, connected: boolean, push: string, now: number): Ready {
  const siren = { ok: 'ok', late: 'late', fault: 'fault', none: 'unknown' } as const;
  const state = connection?.siren ?? 'none';
  const heardAt = connection?.last_heard_ringing_at;
  const overdue = !heardAt || now - Date.parse(heardAt) > HEARD_DUE_DAYS * 86_400_000;
  const parts = {
    siren: { tone: siren[state], says: state } as Part,
    phone: { tone: connected ? 'ok' : 'fault', says: connected ? 'ok' : 'silent' } as Part,
    push: { tone: push === 'on' ? (connection?.push === 'failed' ? 'late' : 'ok') : 'unknown', says: push === 'on' && connection?.push === 'failed' ? 'failed' : push } as Part,
    heard: { tone: state === 'none' ? 'unknown' : overdue ? 'late' : 'ok', says: heardAt ? (overdue ? 'due' : 'ok') : 'never' } as Part,
  };
  const all: Tone = !connected || state === 'fault' ? 'fault' : state === 'late' || parts.heard.tone === 'late' ? 'late' : state === 'none' ? 'unknown' : 'ok';
  return { ...parts, all };
}
