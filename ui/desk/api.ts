/**
 * What the desk asks the node, with the shapes of its answers. Every write carries an idempotency key; nothing is sent
 * twice by itself; a session that is gone is told to `onSignedOut`.
 */
import { fillPath, send, Trouble } from '@shared/api/client.ts';
import type { Alarm, Device, Household, Person, Session } from '@shared/api/types.ts';
import { lang } from '@shared/i18n/index.svelte.ts';

export type Position = { lat: number; lon: number };
export type Named = { id: string; name: string };
export type HomeNamed = { household: string; label: string; team: Named | null };
export type LatePress = { alarm: string; home: HomeNamed | null; team: Named | null; source: string; by: string | null; phone: string | null; pressed_at: string; asked_at: string };
export type Quiet = {
  silent_households: HomeNamed[];
  silent_count: number;
  faults: Device[];
  faults_count: number;
  low_batteries: Device[];
  low_batteries_count: number;
  due: Device[];
  due_count: number;
  devices_count: number;
  without_bell_count: number;
};
export type Shift = { id: string; person: string; officer: string; started_at: string; ended_at: string | null; successor: string | null; note: string | null };
export type Board = { alarms: Alarm[]; late: LatePress[]; quiet: Quiet; shift: Shift | null; faults: { code: string; since: string | null }[]; unrecorded: number; as_of: string };
export type Point = { id: string; version: number; place: string; name: string; position: Position; contents: string[]; access: string; keyholder?: string | null };
export type MapHome = { id: string; team: string | null; place: string; kind: string; label: string; position: Position | null };
export type MapView = { outline: unknown; places: { id: string; parent: string | null; kind: string; name: string }[]; teams: { id: string; name: string; place: string }[]; households: MapHome[]; points: Point[] };
export type HomeRow = Omit<Household, 'people'>;
export type TeamRow = { id: string; version: number; name: string; place: Named; leader: Named | null; deputy: Named | null; households_count: number; dissolved: boolean; warnings: { code: string; count: number }[] };
export type Page<Item> = { items: Item[]; next: string | null };
export type Happened = { seq: number; at: string; kind: string; who: string | null; reason: string | null };
export type Pairing = { pairing: string; words: string[]; qr_svg: string; expires_at: string };

type Ask = { params?: Record<string, string>; query?: Record<string, string | number | boolean | null | undefined>; body?: unknown };

let onSignedOut: () => void = () => {};
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

async function call<T>(method: string, path: string, ask: Ask = {}): Promise<T> {
  const asked = Object.entries(ask.query ?? {}).flatMap(([name, value]) => (value === undefined || value === null || value === '' ? [] : [[name, String(value)]]));
  const url = fillPath(path, ask.params) + (asked.length ? '?' + new URLSearchParams(asked).toString() : '');
  try {
    return (await send(method, url, { body: ask.body, lang: lang() })) as T;
  } catch (reason) {
    if (reason instanceof Trouble && reason.status === 401) onSignedOut();
    throw reason;
  }
}

const get = <T>(path: string, ask?: Ask) => call<T>('GET', path, ask);
const post = <T>(path: string, body?: unknown, params?: Record<string, string>) => call<T>('POST', path, { body, ...(params ? { params } : {}) });

export type Correction = { version: number; reason: string; [field: string]: unknown };
export type Press = { alarm: string; household: string; pressed_at: string; source: 'desk'; caller_note?: string };

export const desk = {
  session: () => get<Session>('/api/session'),
  signIn: (login: string, password: string) => post<Session>('/api/sign-in', { login, password }),
  signOut: () => post<void>('/api/sign-out'),
  setUp: (body: { token: string; commune_name: string; name: string; login: string; password: string }) => post<Session>('/api/setup', body),
  welcome: (code: string, password: string) => post<Session>('/api/welcome', { code, password }),
  board: () => get<Board>('/api/board'),
  map: () => get<MapView>('/api/map'),
  startShift: () => post<Shift>('/api/shifts', {}),
  handOver: (id: string, note: string) => post<Shift>('/api/shifts/{id}/handover', { note }, { id }),
  press: (body: Press) => post<{ alarm: string; joined?: string | null; state: string }>('/api/alarms', body),
  act: (id: string, what: string, body?: unknown) => post<Alarm>(`/api/alarms/{id}/${what}`, body, { id }),
  closed: (after?: string | null) => get<Page<Alarm>>('/api/alarms', { query: { open: false, limit: 50, after } }),
  alarm: (id: string) => get<Alarm>('/api/alarms/{id}', { params: { id } }),
  homes: (query: { search?: string; team?: string; after?: string | null; limit?: number }) => get<Page<HomeRow>>('/api/households', { query }),
  home: (id: string) => get<Household>('/api/households/{id}', { params: { id } }),
  correctHome: (id: string, body: Correction) => call<HomeRow>('PATCH', '/api/households/{id}', { params: { id }, body }),
  correctPerson: (id: string, body: Correction) => call<Person>('PATCH', '/api/people/{id}', { params: { id }, body }),
  teams: (query: { search?: string; after?: string | null; limit?: number }) => get<Page<TeamRow>>('/api/teams', { query }),
  team: (id: string) => get<TeamRow>('/api/teams/{id}', { params: { id } }),
  correctTeam: (id: string, body: Correction) => call<TeamRow>('PATCH', '/api/teams/{id}', { params: { id }, body }),
  points: () => get<{ items: Point[] }>('/api/points'),
  devices: (query: { household?: string; state?: string; after?: string | null; limit?: number }) => get<Page<Device>>('/api/devices', { query }),
  pair: (body: { household: string; kind: string; profile: string }) => post<Pairing>('/api/pairings', body),
};
