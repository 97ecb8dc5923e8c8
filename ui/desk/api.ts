/**
 * What the desk asks the node, under short names. The shapes of questions and answers are the OpenAPI document's; every
 * write carries an idempotency key; nothing is sent twice by itself; what a one-time link did is asked for again as it was sent.
 */
import { api, type Options } from '@shared/api/client.ts';
import { once } from '@shared/api/once.ts';
import { whole } from '@shared/api/whole.ts';
import { fetchFile } from './file.ts';
import type { paths } from '@shared/api/schema.d.ts';
import type { Act, ActBody, Alarm, Session } from '@shared/api/types.ts';

type Body<P extends keyof paths, M extends 'post' | 'put' | 'patch' | 'delete'> = NonNullable<Options<NonNullable<paths[P][M]>>['body']>;
type Query<P extends keyof paths> = NonNullable<Options<NonNullable<paths[P]['get']>>['query']>;
/** The last part of an act's address fits the whole address; the compiler cannot see that for all acts at once. */
type AnyAct = (path: string, options: { params: { id: string }; body?: unknown }) => Promise<Alarm>;

export const desk = {
  session: () => api.get('/api/session'),
  signIn: (login: string, password: string) => api.post('/api/sign-in', { body: { login, password } }),
  signOut: () => api.post('/api/sign-out'),
  setUp: (body: Body<'/api/setup', 'post'>) => api.post('/api/setup', { body }),
  setUpNeeded: () => api.get('/api/setup'),
  welcome: (code: string, password: string | null) => once(`welcome#${code}`, { code, password }, (sent) => api.post('/api/welcome', sent), { secret: password !== null }),
  setPassword: (body: Body<'/api/password', 'put'>) => api.put('/api/password', { body }),
  language: (language: Session['language']) => api.put('/api/session/language', { body: { language } }),
  passkeys: () => whole((page) => api.get('/api/passkeys', { query: page })),
  passkeyMake: () => api.post('/api/passkeys/registration'),
  passkeyAdd: (body: Body<'/api/passkeys', 'post'>) => api.post('/api/passkeys', { body }),
  passkeyRemove: (id: string) => api.delete('/api/passkeys/{id}', { params: { id } }),
  passkeyAsk: () => api.post('/api/passkeys/challenge'),
  passkeySignIn: (body: Body<'/api/passkeys/sign-in', 'post'>) => api.post('/api/passkeys/sign-in', { body }),
  sessions: (account?: string) => whole((page) => api.get('/api/sessions', { query: { ...page, account } })),
  sessionEnd: (id: string) => api.delete('/api/sessions/{id}', { params: { id } }),

  accounts: (query: Query<'/api/accounts'>) => api.get('/api/accounts', { query }),
  accountAdd: (body: Body<'/api/accounts', 'post'>) => api.post('/api/accounts', { body }),
  accountRemove: (id: string) => api.delete('/api/accounts/{id}', { params: { id } }),
  accountLink: (id: string) => api.post('/api/accounts/{id}/link', { params: { id } }),
  roleGive: (id: string, body: Body<'/api/accounts/{id}/roles', 'post'>) => api.post('/api/accounts/{id}/roles', { params: { id }, body }),
  roleTake: (params: { id: string; role: Body<'/api/accounts/{id}/roles', 'post'>['role']; kind: string; scope: string }) => api.delete('/api/accounts/{id}/roles/{role}/{kind}/{scope}', { params }),
  invitations: (query: Query<'/api/invitations'>) => api.get('/api/invitations', { query }),
  invite: (body: Body<'/api/invitations', 'post'>) => api.post('/api/invitations', { body }),
  inviteRevoke: (id: string) => api.delete('/api/invitations/{id}', { params: { id } }),

  board: () => api.get('/api/board'),
  map: (place?: string) => api.get('/api/map', { query: place ? { place } : {} }),
  startShift: () => api.post('/api/shifts'),
  handOver: (id: string, body: Body<'/api/shifts/{id}/handover', 'post'>) => api.post('/api/shifts/{id}/handover', { params: { id }, body }),
  shifts: (query: Query<'/api/shifts'>) => api.get('/api/shifts', { query }),
  press: (body: Body<'/api/alarms', 'post'>) => api.post('/api/alarms', { body }),
  act: <W extends Act>(id: string, what: W, body?: ActBody<W>) => (api.post as unknown as AnyAct)(`/api/alarms/{id}/${what}`, { params: { id }, body }),
  alarms: (query: Query<'/api/alarms'>) => api.get('/api/alarms', { query }),
  alarm: (id: string) => api.get('/api/alarms/{id}', { params: { id } }),
  report: (id: string) => api.get('/api/alarms/{id}/report', { params: { id } }),

  places: () => whole((page) => api.get('/api/places', { query: page })),
  homes: (query: Query<'/api/households'>) => api.get('/api/households', { query }),
  home: (id: string) => api.get('/api/households/{id}', { params: { id } }),
  homeAdd: (body: Body<'/api/households', 'post'>) => api.post('/api/households', { body }),
  homeCorrect: (id: string, body: Body<'/api/households/{id}', 'patch'>) => api.patch('/api/households/{id}', { params: { id }, body }),
  homeMove: (id: string, body: Body<'/api/households/{id}/move', 'post'>) => api.post('/api/households/{id}/move', { params: { id }, body }),
  homeRemove: (id: string, body: Body<'/api/households/{id}', 'delete'>) => api.delete('/api/households/{id}', { params: { id }, body }),
  personAdd: (id: string, body: Body<'/api/households/{id}/people', 'post'>) => api.post('/api/households/{id}/people', { params: { id }, body }),
  personCorrect: (id: string, body: Body<'/api/people/{id}', 'patch'>) => api.patch('/api/people/{id}', { params: { id }, body }),
  personErase: (id: string, reason: string) => api.delete('/api/people/{id}', { params: { id }, body: { reason } }),
  helpReads: (id: string) => whole((page) => api.get('/api/people/{id}/help/reads', { params: { id }, query: page })),
  phones: (id: string) => whole((page) => api.get('/api/households/{id}/phones', { params: { id }, query: page })),
  phoneEnd: (id: string, phone: string) => api.delete('/api/households/{id}/phones/{phone}', { params: { id, phone } }),
  history: (query: Query<'/api/history'>) => api.get('/api/history', { query }),
  teams: (query: Query<'/api/teams'>) => api.get('/api/teams', { query }),
  team: (id: string) => api.get('/api/teams/{id}', { params: { id } }),
  teamForm: (body: Body<'/api/teams', 'post'>) => api.post('/api/teams', { body }),
  teamCorrect: (id: string, body: Body<'/api/teams/{id}', 'patch'>) => api.patch('/api/teams/{id}', { params: { id }, body }),
  teamLeaders: (id: string, body: Body<'/api/teams/{id}/leaders', 'put'>) => api.put('/api/teams/{id}/leaders', { params: { id }, body }),
  teamAdjacent: (id: string, body: Body<'/api/teams/{id}/adjacent', 'put'>) => api.put('/api/teams/{id}/adjacent', { params: { id }, body }),
  ladder: (id: string) => api.get('/api/teams/{id}/ladder', { params: { id } }),
  ladderSet: (id: string, body: Body<'/api/teams/{id}/ladder', 'put'>) => api.put('/api/teams/{id}/ladder', { params: { id }, body }),
  teamDissolve: (id: string, body: Body<'/api/teams/{id}/dissolve', 'post'>) => api.post('/api/teams/{id}/dissolve', { params: { id }, body }),

  points: () => whole((page) => api.get('/api/points', { query: page })),
  point: (id: string) => api.get('/api/points/{id}', { params: { id } }),
  pointAdd: (body: Body<'/api/points', 'post'>) => api.post('/api/points', { body }),
  pointCorrect: (id: string, body: Body<'/api/points/{id}', 'patch'>) => api.patch('/api/points/{id}', { params: { id }, body }),
  pointRemove: (id: string, reason: string) => api.delete('/api/points/{id}', { params: { id }, body: { reason } }),
  pointHistory: (id: string, limit: number) => api.get('/api/points/{id}/history', { params: { id }, query: { limit } }),
  placeCorrect: (id: string, body: Body<'/api/places/{id}', 'patch'>) => api.patch('/api/places/{id}', { params: { id }, body }),
  devices: (query: Query<'/api/devices'>) => api.get('/api/devices', { query }),
  device: (id: string) => api.get('/api/devices/{id}', { params: { id } }),
  deviceTrend: (id: string) => api.get('/api/devices/{id}/trend', { params: { id } }),
  deviceRemove: (id: string) => api.delete('/api/devices/{id}', { params: { id } }),
  heard: (id: string, yes: boolean) => api.post('/api/devices/{id}/heard', { params: { id }, body: { yes } }),
  ringTest: (body: Body<'/api/ring-tests', 'post'>) => api.post('/api/ring-tests', { body }),
  undelivered: (after: string | null) => api.get('/api/hook/dead-letters', { query: { after } }),
  undeliveredSend: (id: string) => api.post('/api/hook/dead-letters/{id}/send', { params: { id } }),
  undeliveredDiscard: (id: string) => api.delete('/api/hook/dead-letters/{id}', { params: { id } }),
  drills: (query: Query<'/api/drills'>) => api.get('/api/drills', { query }),
  drillAnnounce: (body: Body<'/api/drills', 'post'>) => api.post('/api/drills', { body }),
  drillStart: (id: string) => api.post('/api/drills/{id}/start', { params: { id } }),
  drillEnd: (id: string) => api.post('/api/drills/{id}/end', { params: { id } }),
  drillCancel: (id: string) => api.post('/api/drills/{id}/cancel', { params: { id } }),

  cameras: () => whole((page) => api.get('/api/cameras', { query: page })),
  look: (body: Body<'/api/looks', 'post'>) => api.post('/api/looks', { body }),
  lookEnd: (id: string) => api.post('/api/looks/{id}/end', { params: { id } }),
  exports: (query: Query<'/api/exports'>) => api.get('/api/exports', { query }),
  exportAsk: (body: Body<'/api/exports', 'post'>) => api.post('/api/exports', { body }),
  exportApprove: (id: string) => api.post('/api/exports/{id}/approve', { params: { id } }),
  exportRefuse: (id: string, reason: string) => api.post('/api/exports/{id}/refuse', { params: { id }, body: { reason } }),
  exportFetch: (id: string) => fetchFile(`/api/exports/${id}/fetch`),
};
