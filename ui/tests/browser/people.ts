/** A believable team for the browser tests: twelve homes of an alley, with the names and words that real screens must hold. */
import type { Alarm, Device, HomeView, Household } from '../../shared/api/types.ts';

export const id = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const TEAM = { id: id(7), name: 'Tổ liên gia 7, ngõ 12 Trần Phú' };
export const LABELS = [
  'Nhà anh Tuấn, số 20',
  'Nhà bà Lan, số 12',
  'Nhà ông Bình, số 14',
  'Nhà chị Mai, số 16',
  'Nhà ông Nguyễn Văn Thượng, số 18, hẻm trong',
  'Nhà chị Hạnh, số 22',
  'Tạp hóa cô Phượng, số 24',
  'Nhà trọ Hướng Dương (9 phòng), số 26A',
  'Nhà bác Quý, số 28',
  'Nhà anh Đức, số 30',
  'Trường mầm non Hoa Sen',
  'Nhà bà Sáu, cuối ngõ',
];
export const MINE = id(100);
export const homeId = (n: number): string => id(100 + n);

const PEOPLE = ['Nguyễn Anh Tuấn', 'Trần Thị Lan', 'Phạm Văn Bình', 'Lê Thị Mai', 'Nguyễn Văn Thượng', 'Đỗ Mỹ Hạnh', 'Võ Thị Phượng', 'Trương Quốc Huy', 'Bùi Văn Quý', 'Hoàng Đức', 'Cô Ngọc', 'Bà Sáu'];

export function homeView(leader: boolean): HomeView {
  const grants: HomeView['me']['roles'] = [{ role: 'household_member', scope: { kind: 'household', id: MINE, name: LABELS[0]! } }];
  if (leader) grants.push({ role: 'team_leader', scope: { kind: 'team', id: TEAM.id, name: TEAM.name } });
  return {
    me: { person: id(200), name: PEOPLE[0]!, roles: grants, trained: ['extinguisher'] },
    household: { id: MINE, label: LABELS[0]!, people_count: 4, version: 3 },
    team: {
      ...TEAM,
      leader: PEOPLE[8]!,
      deputy: PEOPLE[3]!,
      members: LABELS.map((label, n) => ({
        household: homeId(n),
        label,
        people: [{ person: id(200 + n), name: PEOPLE[n]!, trained: [], roles: n === 8 ? ['team_leader'] : n === 3 ? ['team_deputy'] : [] }],
        silent: leader && (n === 4 || n === 9),
      })),
    },
    connection: { siren: 'ok', phone: true, push: 'none', last_heard_ringing_at: new Date(Date.now() - 6 * 86_400_000).toISOString() },
    alarms: [],
    drill_next: null,
    ring_test: null,
    emergency_number: '114',
    utc_offset_hours: 7,
    node_heartbeat_s: 60,
  };
}

export type Story = { id?: number; mode?: 'live' | 'drill'; origin?: number; raisedAt: number; mine?: Partial<NonNullable<Alarm['mine']>>; more?: Partial<Alarm> };

export function alarm(story: Story): Alarm {
  const origin = story.origin ?? 1;
  return {
    alarm: id(story.id ?? 1),
    number: 142,
    mode: story.mode ?? 'live',
    state: 'ringing',
    team: TEAM,
    raised_at: new Date(story.raisedAt).toISOString(),
    source: 'button',
    late: false,
    recorded: true,
    origin: { household: homeId(origin), label: LABELS[origin]!, how_to_find: origin === 1 ? 'Cổng xanh, đối diện tiệm sửa xe' : null },
    emergency_call: { called: false },
    looked: story.mine?.may_close ? { fire: 1, no_fire: 0, people: [{ person: id(203), name: 'Chị Mai', saw: 'fire' }] } : { fire: 0, no_fire: 0, people: [] },
    counts: { homes: 12, rang: 11, delivered: 9, seen: 6, coming: 0, arrived: 0, cannot: 1, safe: 2, out: 1, unaccounted: 3 },
    households: LABELS.map((label, n) => ({
      household: homeId(n),
      label,
      metres: n === origin ? 0 : 8 * Math.abs(n - origin) + (n === 0 ? 32 : 0),
      burning: n === origin,
      adjoining: Math.abs(n - origin) === 1 && n !== 0,
      silent: n === 4,
      people: 4,
      clear: n === 2,
      ...(n === 5 ? { answer: 'safe' as const } : {}),
      ...(n === 2 ? { out: { count: 4, away: 0, by: 'Phạm Văn Bình', at: new Date(story.raisedAt + 60_000).toISOString() } } : {}),
    })),
    responders: [],
    ladder: { enough: false, accounted: false },
    bells_rest: false,
    points: [{ point: id(300), name: 'Điểm chữa cháy đầu ngõ 12', metres: 35, position: { lat: 16.07, lon: 108.21 } }],
    linked: [],
    timeline: [],
    mine: { must_get_out: false, may_close: false, may_looked: true, may_cancel: story.more?.state === 'own_home_warning', ...story.mine },
    ...story.more,
  };
}

export const responders = (at: number): Alarm['responders'] => [
  { person: id(208), name: 'Anh Tuấn', card: 'extinguisher', state: 'accepted', at: new Date(at).toISOString() },
  { person: id(203), name: 'Chị Mai', card: 'gate', state: 'arrived', at: new Date(at).toISOString() },
  { person: id(202), name: 'Ông Bình', card: 'people_out', state: 'offered', at: new Date(at).toISOString() },
];

export function household(n: number): Household {
  const person = (p: number, name: string, more: Partial<Household['people'][number]> = {}) => ({ id: id(500 + p), version: 1, household: homeId(n), name, phone: '', adult: true, trained: [], can_respond: false, tenant: false, help: false, ...more });
  return {
    id: homeId(n),
    version: 3,
    kind: 'home',
    label: LABELS[n]!,
    place: { id: id(400), name: 'Thôn 3' },
    team: TEAM,
    how_to_find: 'Cổng xanh, đối diện tiệm sửa xe',
    floor_notes: '',
    people_count: 4,
    people: [
      person(0, 'Nguyễn Anh Tuấn', { phone: '0905 000 111', trained: ['extinguisher', 'power'], can_respond: true }),
      person(1, 'Lê Thị Thu Hà', { trained: ['first_aid'], can_respond: true }),
      person(2, 'Nguyễn Thị Sáu', { help: true }),
      person(3, 'Nguyễn Minh Khôi', { adult: false }),
    ],
  };
}

export function devices(now: number): Device[] {
  const ago = (s: number) => new Date(now - s * 1000).toISOString();
  const device = (n: number, household: string, label: string, more: Partial<Device>): Device => ({ id: id(600 + n), version: 1, household, household_label: '', kind: 'bell', profile: 'liengia', spot: 'ground_floor', label, second_sound: true, state: 'ok', last_heard_at: ago(20), battery_percent: 92, battery_low: false, tamper: false, rang_at: ago(6 * 86_400), rang_state: 'ok', ...more });
  return [
    device(0, MINE, 'Chuông tầng 1', {}),
    device(1, MINE, 'Nút ngoài cổng', { kind: 'button', profile: 'zigbee2mqtt', state: 'late', last_heard_at: ago(130), battery_percent: 14, battery_low: true, rang_at: null, rang_state: null }),
    device(2, MINE, 'Đầu báo khói bếp', { kind: 'detector', profile: 'esphome', state: 'fault', last_heard_at: ago(4000), battery_percent: null, tamper: true, rang_at: null, rang_state: null }),
    device(3, MINE, 'Chuông tầng 2', { profile: 'tasmota', state: 'never_seen', last_heard_at: null, battery_percent: null, rang_at: null, rang_state: 'never' }),
    ...LABELS.slice(1).map((_, n) => device(10 + n, homeId(n + 1), 'Chuông', { state: n === 3 ? 'fault' : n === 8 ? 'never_seen' : n === 5 ? 'late' : 'ok' })),
  ];
}
