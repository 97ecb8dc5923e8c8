import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACT_MAX_AGE_MS, ITEMS_MOST, Outbox, type Item, type Outcome, type Shelf } from './outbox.ts';
import { kept, shelf as stored } from './shelf.ts';
import { leaveNothing, nowOf, nowOfNobody, whose, whoseWas } from './whose.ts';

const lost = new Error('no network');

function setUp(shelf?: Shelf) {
  const items = new Map<string, Item>();
  const world = {
    now: 0,
    whose: undefined as string | null | undefined,
    sent: [] as string[],
    told: [] as Outcome[],
    reply: (_item: Item): unknown => ({}),
    items,
  };
  const memory: Shelf = {
    all: async () => [...items.values()].map((item) => ({ ...item })),
    put: async (item) => void items.set(item.id, { ...item }),
    remove: async (id) => void items.delete(id),
  };
  const outbox = new Outbox({
    shelf: shelf ?? memory,
    now: () => world.now,
    whose: () => world.whose,
    passing: (reason) => reason === lost,
    tell: (outcome) => world.told.push(outcome),
    send: async (item) => {
      world.sent.push(item.id);
      const reply = world.reply(item);
      if (reply instanceof Error) throw reply;
      return reply;
    },
  });
  return { world, outbox };
}

const press = { id: 'alarm-1', kind: 'press', alarm: 'alarm-1', path: '/api/alarms', body: { alarm: 'alarm-1' } } as const;
const act = (id: string, alarm = 'alarm-1') => ({ id, kind: 'act', alarm, path: `/api/alarms/${alarm}/answers`, body: { answer: 'coming' } }) as const;

describe('a press', () => {
  test('is sent at once and leaves when the node answers', async () => {
    const { world, outbox } = setUp();
    world.reply = () => ({ state: 'ringing' });
    await outbox.add(press);
    expect(world.told.map((one) => one.is)).toEqual(['sent']);
    expect(await outbox.pending()).toEqual([]);
  });
  test('without network is kept, says so, and is tried again after a second with the same key', async () => {
    const { world, outbox } = setUp();
    world.reply = () => lost;
    await outbox.add(press);
    expect(world.told.at(-1)?.is).toBe('waiting');
    world.now = 999;
    await outbox.flush();
    expect(world.sent).toHaveLength(1);
    world.now = 1000;
    world.reply = () => ({});
    await outbox.flush();
    expect(world.sent).toEqual(['alarm-1', 'alarm-1']);
    expect(await outbox.pending()).toEqual([]);
  });
  test('keeps trying every five seconds, forever', async () => {
    const { world, outbox } = setUp();
    world.reply = () => lost;
    await outbox.add(press);
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      const next = (await outbox.nextAt())!;
      waits.push(next - world.now);
      world.now = next;
      await outbox.flush();
    }
    expect(waits).toEqual([1000, 2000, 3000, 5000, 5000, 5000]);
  });
  test('is tried at once when the network comes back', async () => {
    const { world, outbox } = setUp();
    world.reply = () => lost;
    await outbox.add(press);
    world.reply = () => ({});
    await outbox.flush(true);
    expect(world.told.at(-1)?.is).toBe('sent');
  });
  test('that the node refuses is told and not repeated', async () => {
    const { world, outbox } = setUp();
    world.reply = () => new Error('signed out');
    await outbox.add(press);
    expect(world.told.at(-1)?.is).toBe('refused');
    expect(await outbox.pending()).toEqual([]);
  });
  test('is never dropped because it is old', async () => {
    const { world, outbox } = setUp();
    world.reply = () => lost;
    await outbox.add(press);
    world.now = ACT_MAX_AGE_MS * 3;
    await outbox.add(act('a', 'alarm-2'));
    expect((await outbox.pending()).map((item) => item.id)).toContain('alarm-1');
  });
  test('does not wait for a storage that hangs', async () => {
    const never = new Promise<never>(() => undefined);
    const { world, outbox } = setUp({ all: () => never, put: () => never, remove: () => never });
    void outbox.add(press);
    await Promise.resolve();
    await Promise.resolve();
    expect(world.sent).toEqual(['alarm-1']);
    await new Promise((turn) => setTimeout(turn));
    expect(world.told.map((one) => one.is)).toEqual(['sent']);
  });
  test('that is being sent is not sent twice from the same page', async () => {
    const { world, outbox } = setUp();
    await Promise.all([outbox.add(press), outbox.flush(true), outbox.flush(true)]);
    expect(world.sent.filter((id) => id === 'alarm-1').length).toBeLessThanOrEqual(1);
  });
});

describe('an answer', () => {
  test('that is given while the press is still unsent goes after it', async () => {
    const { world, outbox } = setUp();
    world.reply = () => lost;
    await outbox.add(press);
    await outbox.add(act('a'));
    expect(world.sent).toEqual(['alarm-1']);
    world.reply = () => ({});
    await outbox.flush(true);
    expect(world.sent).toEqual(['alarm-1', 'alarm-1', 'a']);
  });
  test('waits until the press that raised the alarm has arrived', async () => {
    const { world, outbox } = setUp();
    world.reply = () => lost;
    await outbox.add(press);
    world.items.set('a', { ...act('a'), method: 'POST', madeAt: 1, tries: 0, nextAt: 0 });
    world.sent = [];
    await outbox.flush(true);
    expect(world.sent).toEqual(['alarm-1']);
    world.reply = () => ({});
    await outbox.flush(true);
    expect(world.sent).toEqual(['alarm-1', 'alarm-1', 'a']);
  });
  test('to another alarm is not held up', async () => {
    const { world, outbox } = setUp();
    world.reply = (item) => (item.alarm === 'alarm-1' ? lost : {});
    await outbox.add(press);
    await outbox.add(act('b', 'alarm-2'));
    expect(world.told.at(-1)).toMatchObject({ is: 'sent', item: { id: 'b' } });
  });
  test('is forgotten after a day', async () => {
    const { world, outbox } = setUp();
    world.reply = () => lost;
    await outbox.add(act('a'));
    world.now = ACT_MAX_AGE_MS + 1;
    await outbox.add(act('b'));
    expect((await outbox.pending()).map((item) => item.id)).toEqual(['b']);
  });
  test('is one of at most a hundred', async () => {
    const { world, outbox } = setUp();
    world.reply = () => lost;
    for (let i = 0; i < ITEMS_MOST + 20; i++) {
      world.now = i;
      await outbox.add(act(`a${i}`));
    }
    expect(await outbox.pending()).toHaveLength(ITEMS_MOST);
  });
});

describe('the word of one person', () => {
  test('is never sent with the sign-in of another, and waits while nobody is signed in', async () => {
    const { world, outbox } = setUp();
    world.whose = 'lan';
    world.reply = () => lost;
    await outbox.add(press);
    world.reply = () => ({});
    world.whose = null;
    await outbox.flush(true);
    expect([world.sent.length, (await outbox.pending()).length]).toEqual([1, 1]);
    world.whose = 'lan';
    await outbox.flush(true);
    expect([world.sent.length, (await outbox.pending()).length]).toEqual([2, 0]);
    world.reply = () => lost;
    await outbox.add(act('b', 'alarm-2'));
    world.whose = 'minh';
    world.reply = () => ({});
    await outbox.flush(true);
    expect([world.sent, await outbox.pending()]).toEqual([['alarm-1', 'alarm-1', 'b'], []]);
  });
  test('is sent where nobody knew yet who uses the phone', async () => {
    const { world, outbox } = setUp();
    await outbox.add(press);
    expect(world.sent).toEqual(['alarm-1']);
  });
  test('goes when another person uses the phone, and when theirs is left by choice', async () => {
    const first = setUp(stored);
    first.world.reply = () => lost;
    await nowOf('lan');
    first.world.whose = whose();
    await first.outbox.add(press);
    await kept.put('late', { alarm: 'alarm-1' });
    await nowOfNobody();
    expect([whose(), await whoseWas(), (await stored.all()).length]).toEqual([null, null, 1]);
    await nowOf('lan');
    expect([await whoseWas(), (await stored.all()).length]).toEqual(['lan', 1]);
    await nowOf('minh');
    expect([await stored.all(), await kept.get('late'), await whoseWas()]).toEqual([[], undefined, 'minh']);
    await first.outbox.add(press);
    await leaveNothing();
    expect([await stored.all(), whose()]).toEqual([[], null]);
  });
});

describe('the shelf on the phone', () => {
  beforeEach(async () => {
    for (const item of await stored.all()) await stored.remove(item.id);
  });
  test('keeps an unsent press for the next page', async () => {
    const first = setUp(stored);
    first.world.reply = () => lost;
    await first.outbox.add(press);
    const next = setUp(stored);
    await next.outbox.flush(true);
    expect(next.world.sent).toEqual(['alarm-1']);
    expect(await stored.all()).toEqual([]);
  });
  test('keeps small values', async () => {
    await kept.put('view', { name: 'Tổ 7' });
    expect(await kept.get('view')).toEqual({ name: 'Tổ 7' });
    await kept.remove('view');
    expect(await kept.get('view')).toBeUndefined();
  });
});
