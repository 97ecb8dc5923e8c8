import { describe, expect, test } from 'vitest';
import { exampleAlarm, HOMES } from './alarm-example.ts';
import { entrances } from './entrances.ts';

const { households, origin } = exampleAlarm();
const written = (change: Record<string, object>) => exampleAlarm({ households: households.map((home) => ({ ...home, ...change[home.household] })) });
const labels = (alarm: ReturnType<typeof exampleAlarm>) => entrances(alarm).map(({ label }) => label);

describe('the way into the homes of a fire', () => {
  test('is told of the home that was named first, though nothing is written of it', () => {
    expect(labels(exampleAlarm())).toEqual(['Nhà bà Lan, số 12']);
  });
  test('is told of every other home that burns, and next door where something is written', () => {
    const alarm = written({ [HOMES.next]: { floor_notes: 'gas ở bếp' }, [HOMES.mine]: { burning: true, how_to_find: 'cổng xanh' } });
    expect(labels(alarm)).toEqual(['Nhà bà Lan, số 12', 'Nhà anh Tuấn, số 20', 'Nhà ông Bình, số 14']);
    expect(entrances(alarm).map(({ find, floors }) => [find, floors])).toEqual([['', ''], ['cổng xanh', ''], ['', 'gas ở bếp']]);
  });
  test('is told to everybody of the home that was named first', () => {
    const [first] = entrances(exampleAlarm({ origin: { ...origin, how_to_find: 'sau chùa' } }));
    expect([first!.find, first!.burning]).toEqual(['sau chùa', true]);
  });
  test('of an alarm for a whole team names the team', () => {
    const alarm = exampleAlarm({ origin: { label: 'Tổ liên gia 7' }, households: households.map((home) => ({ ...home, burning: false })) });
    expect(labels(alarm)).toEqual(['Tổ liên gia 7']);
  });
});
