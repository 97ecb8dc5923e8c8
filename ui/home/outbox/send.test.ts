import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { NewAlarm } from '@shared/api/types.ts';
import type { Item } from './outbox.ts';
import { sendItem } from './send.ts';

let sent: unknown[] = [];

beforeEach(() => {
  sent = [];
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2025-08-19T08:00:00Z') });
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)));
    return Response.json({ alarm: 'alarm-1' }, { status: 202 });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const item = (kind: Item['kind'], body: unknown): Item => ({ id: 'alarm-1', kind, alarm: 'alarm-1', method: 'POST', path: '/api/alarms', body, madeAt: 0, tries: 0, nextAt: 0 });

describe('a press', () => {
  const body: NewAlarm = { alarm: 'alarm-1', pressed_at: '2025-08-19T08:00:00.000Z', source: 'phone' };
  test('says at each sending when that is, by the clock that it was pressed by', async () => {
    const press = item('press', body);
    await sendItem(press, 'vi');
    vi.setSystemTime(new Date('2025-08-19T08:06:00Z'));
    await sendItem(press, 'vi');
    expect(sent).toEqual([
      { ...body, sent_at: '2025-08-19T08:00:00.000Z' },
      { ...body, sent_at: '2025-08-19T08:06:00.000Z' },
    ]);
    expect(press.body).toEqual(body);
  });
});

test('an answer is sent as it was given', async () => {
  await sendItem(item('act', { answer: 'coming' }), 'vi');
  expect(sent).toEqual([{ answer: 'coming' }]);
});
