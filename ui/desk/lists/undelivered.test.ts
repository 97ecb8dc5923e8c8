import { expect, test } from 'vitest';
import { rows } from './undelivered.ts';

const letter = (id: string, died_at: string, open: boolean) => ({ id, alarm: null, open, at: died_at, died_at, mode: 'live', channel: 'sms', attempts: 2, gateway: 'modem', why: { code: 'refused', status: 422 } });

test('what can still be sent stands first, and a phone that is not reached stands beside texts and calls', () => {
  const pushes = [{ id: 'p', service: 'https://push.example', why: { code: 'not_ours' }, since: '2026-08-19T02:00:00Z' }];
  const letters = [letter('new', '2026-08-19T03:00:00Z', false), letter('open', '2026-08-19T01:00:00Z', true)];
  const all = rows({ letters, pushes, gateways: [], count: 2 });
  expect(all.map((row) => row.id)).toEqual(['open', 'new', 'p']);
  expect(all.map((row) => row.by)).toEqual(['modem', 'modem', 'push.example']);
});
