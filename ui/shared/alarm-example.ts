/** An alarm as the node sends it, for tests: a fire at bà Lan's, number 12, seen from the house next door but one. */
import type { Alarm } from '@shared/api/types.ts';

type Parts = Partial<Omit<Alarm, 'mine' | 'counts'>> & { mine?: Partial<NonNullable<Alarm['mine']>> | null; counts?: Partial<Alarm['counts']> };

export const HOMES = {
  burning: '01900000-0000-7000-8000-00000000000a',
  mine: '01900000-0000-7000-8000-00000000000b',
  next: '01900000-0000-7000-8000-00000000000c',
};

export function exampleAlarm(parts: Parts = {}): Alarm {
  const { mine, counts, ...rest } = parts;
  const home = (household: string, label: string, burning: boolean, metres: number) => ({ household, label, burning, adjoining: household === HOMES.next, metres, people: 4, clear: false, silent: false });
  return {
    alarm: '01900000-0000-7000-8000-000000000001',
    number: 142,
    mode: 'live',
    state: 'ringing',
    team: { id: '01900000-0000-7000-8000-000000000007', name: 'Tổ liên gia 7' },
    raised_at: '2025-08-19T01:01:22Z',
    source: 'button',
    late: false,
    recorded: true,
    origin: { household: HOMES.burning, label: 'Nhà bà Lan, số 12', how_to_find: null },
    emergency_call: { called: false },
    looked: { fire: 0, no_fire: 0, people: [] },
    counts: { homes: 12, rang: 12, delivered: 9, seen: 6, coming: 3, arrived: 0, cannot: 1, safe: 0, out: 0, unaccounted: 2, ...counts },
    households: [home(HOMES.burning, 'Nhà bà Lan, số 12', true, 0), home(HOMES.next, 'Nhà ông Bình, số 14', false, 8), home(HOMES.mine, 'Nhà anh Tuấn, số 20', false, 40)],
    responders: [],
    ladder: { enough: false, accounted: false },
    bells_rest: false,
    points: [],
    linked: [],
    timeline: [],
    mine: mine === null ? null : { must_get_out: false, may_close: false, may_looked: true, may_cancel: false, ...mine },
    ...rest,
  };
}
