/**
 * A small stand-in for the node: serves ui/dist with the real policy and answers the phone's questions from a world that a
 * test can change. It knows the shapes, not the rules; the rules are the node's and are tested there.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { extname, join, normalize, resolve } from 'node:path';
import type { Alarm, AlarmReceipt, HomeView } from '../../shared/api/types.ts';
import { LABELS, MINE, TEAM, alarm as story, devices, homeId, homeView, household, id } from './people.ts';

const dist = resolve(process.env.LIENGIA_DIST ?? resolve(import.meta.dirname, '../../dist'));
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json' };
const QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 7 7"><path d="M0 0h3v3H0zM4 0h3v3H4zM0 4h3v3H0zM4 4h1v1H4zM6 4h1v1H6zM5 5h1v1H5zM4 6h1v1H4zM6 6h1v1H6z"/></svg>';

export type World = {
  signedIn: boolean;
  home: HomeView;
  /** `silent`: takes a press and never answers. `down`: cuts every connection. `old`: says that the press is too old. */
  presses: 'answered' | 'silent' | 'old';
  down: boolean;
  heard: { method: string; path: string; body: unknown; key: string | undefined }[];
};

export type StandIn = { url: string; port: number; world: World; streams: () => number; alarm: (alarm: Alarm) => void; closed: (alarm: Alarm) => void; reset: (leader?: boolean) => void; cut: () => void; stop: () => Promise<void> };

export async function startStandIn(port = 0): Promise<StandIn> {
  const world: World = { signedIn: true, home: homeView(false), presses: 'answered', down: false, heard: [] };
  const streams = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  let seq = 1;

  function tell(name: string, data: unknown, numbered = false) {
    const text = `${numbered ? `id: ${seq++}\n` : ''}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const stream of streams) stream.write(text);
  }

  function put(alarm: Alarm) {
    world.home.alarms = [alarm, ...world.home.alarms.filter((one) => one.alarm !== alarm.alarm)];
    tell('alarm', alarm, true);
  }

  function closed(alarm: Alarm) {
    world.home.alarms = world.home.alarms.filter((one) => one.alarm !== alarm.alarm);
    ended.set(alarm.alarm, alarm);
    tell('closed', { id: alarm.alarm }, true);
  }

  const ended = new Map<string, Alarm>();
  const beat = setInterval(() => tell('alive', { at: new Date().toISOString() }), 2000);

  const server: Server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  async function serve(request: IncomingMessage, response: ServerResponse) {
    if (world.down) return void request.socket.destroy();
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (!url.pathname.startsWith('/api/')) return file(url.pathname, request, response);
    if (url.pathname === '/api/events') return stream(response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body: unknown = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
    const method = request.method ?? 'GET';
    if (method !== 'GET') world.heard.push({ method, path: url.pathname, body, key: request.headers['idempotency-key'] as string | undefined });
    const [status, answer] = reply(method, url, body as Record<string, unknown>);
    if (status === 0) return;
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
    response.end(status === 204 ? undefined : JSON.stringify(answer));
  }

  function stream(response: ServerResponse) {
    if (!world.signedIn) return void response.writeHead(401).end();
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write('event: alive\ndata: {}\n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }

  function reply(method: string, url: URL, body: Record<string, unknown>): [number, unknown?] {
    const path = url.pathname;
    const at = new Date().toISOString();
    if (path === '/api/join' && method === 'POST') {
      if (body.code !== 'GOODCODE') return [404, { type: '/problems/invitation_unknown', code: 'invitation_unknown', status: 404, title: 'Mã mời này không còn dùng được.', detail: 'Nhờ tổ trưởng tạo mã mới.' }];
      world.signedIn = true;
      return [200, { account: id(900), name: 'Nguyễn Anh Tuấn', language: 'vi', roles: [], household: { id: MINE, label: LABELS[0] }, team: TEAM }];
    }
    if (!world.signedIn) return [401, { type: '/problems/signed_out', code: 'signed_out', status: 401, title: 'Máy này chưa vào tổ nào.', detail: 'Nhờ tổ trưởng cho mã QR.' }];
    if (path === '/api/home') return [200, world.home];
    if (path === '/api/sign-out') return (world.signedIn = false), [204];
    if (path === '/api/sessions') return [200, { next: null, items: [{ id: id(910), label: 'Máy của Tuấn', way: 'join', opened_at: '2025-06-01T01:00:00Z', seen_at: at, current: true }, { id: id(911), label: 'Máy cũ của mẹ', way: 'join', opened_at: '2025-01-01T01:00:00Z', seen_at: '2025-07-01T01:00:00Z', current: false }] }];
    if (path.startsWith('/api/sessions/')) return [204];
    if (path === '/api/alarms' && method === 'POST') return press(body, at);
    if (path.startsWith('/api/alarms/')) return inAlarm(method, path, body, at);
    if (path === '/api/households') return [200, { next: null, items: LABELS.map((_, n) => household(n)) }];
    if (path.startsWith('/api/households/')) return [method === 'POST' ? 201 : 200, method === 'POST' ? household(0).people[0] : household(LABELS.findIndex((_, n) => path.endsWith(homeId(n))) || 0)];
    if (path.endsWith('/help/reads')) return [200, { items: [{ at: '2025-08-12T13:10:00Z', who: 'Chị Mai, tổ phó', alarm: id(131) }] }];
    if (path.endsWith('/help/read')) return [200, { note: 'Nằm giường, tầng 2, phòng phía sau' }];
    if (path.endsWith('/help')) return [204];
    if (path.startsWith('/api/people/')) return [200, household(0).people[0]];
    if (path === '/api/devices') return [200, { next: null, items: devices(Date.now()).filter((one) => !url.searchParams.get('household') || one.household === url.searchParams.get('household')) }];
    if (path.endsWith('/heard')) return (world.home.ring_test = null), [200, devices(Date.now())[0]];
    if (path === '/api/ring-tests') return (world.home.ring_test = { device: id(600), started_at: at }), [201, { ring_test: id(601), at, devices: 12 }];
    if (path === '/api/drills') return method === 'POST' ? [201, { items: [{ id: id(700), ...body, state: 'announced' }] }] : [200, { next: null, items: [{ id: id(700), teams: [TEAM.id], at: '2025-09-02T10:00:00Z', text: 'Tập trung ở đầu ngõ 12', state: 'announced' }, { id: id(701), teams: [TEAM.id], at: '2025-06-02T10:00:00Z', state: 'done' }] }];
    if (path === '/api/invitations') return [201, { id: id(800), household: body.household, code: 'K7QM-4XTP-92HD', qr_svg: QR, url: '/join#K7QM', expires_at: new Date(Date.now() + 86_400_000).toISOString() }];
    if (path.startsWith('/api/invitations/')) return [204];
    if (path === '/api/push/key') return [200, { key: 'BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U' }];
    if (path === '/api/push/subscriptions') return [204];
    return [404, { type: '/problems/unknown', code: 'unknown', status: 404, title: 'Không có.', detail: '' }];
  }

  function press(body: Record<string, unknown>, at: string): [number, unknown?] {
    if (world.presses === 'silent') return [0];
    if (world.presses === 'old') return [200, { alarm: String(body.alarm), joined: null, received_at: at, recorded: false, state: 'ask_still_burning' } satisfies AlarmReceipt];
    const known = world.home.alarms.find((one) => one.mode === 'live');
    if (!known) put({ ...story({ origin: 0, raisedAt: Date.now(), mine: { card: 'call_114', card_state: 'offered', must_get_out: true } }), alarm: String(body.alarm), source: 'phone' });
    return [202, { alarm: String(body.alarm), joined: known && known.alarm !== body.alarm ? known.alarm : null, received_at: at, recorded: true, state: 'ringing' } satisfies AlarmReceipt];
  }

  function inAlarm(method: string, path: string, body: Record<string, unknown>, at: string): [number, unknown?] {
    const [, , , which, what] = path.split('/');
    const alarm = world.home.alarms.find((one) => one.alarm === which) ?? ended.get(which!);
    if (!alarm) return [404, { type: '/problems/alarm_unknown', code: 'alarm_unknown', status: 404, title: 'Không có vụ báo cháy này.', detail: '' }];
    if (method === 'GET') return [200, alarm];
    const mine = { ...alarm.mine! };
    const next = { ...alarm, mine };
    if (what === 'answers') {
      const receipt = body.answer === 'delivered' || body.answer === 'seen';
      if (!receipt) mine.answer = body.answer as typeof mine.answer;
      if (body.answer === 'coming') Object.assign(mine, { card: 'gate', card_state: 'offered' });
    }
    if (what === 'card') mine.card_state = body.accept ? 'accepted' : 'declined';
    if (what === 'looked') mine.looked = body.saw as 'fire';
    if (what === 'called-114') next.emergency_call = { called: true, by: 'Anh Tuấn', at };
    if (what === 'cancel-at-home') closed({ ...next, state: 'closed' });
    if (what === 'false-alarm') next.false_alarm = { by: 'Anh Tuấn', at };
    if (what === 'all-out') next.households = alarm.households.map((home) => (home.household === body.household ? { ...home, clear: Number(body.count) + Number(body.away) >= home.people, out: { count: Number(body.count), away: Number(body.away), by: 'Anh Tuấn', at } } : home));
    if (what === 'close') closed({ ...next, state: 'closed', closed: { at, by: 'Bác Quý', looked_by: 'Chị Mai', code: String(body.reason), reason: String(body.words ?? body.reason) } });
    else put(next);
    return [200, next];
  }

  function file(path: string, request: IncomingMessage, response: ServerResponse) {
    const app = path.startsWith('/desk') || path === '/setup' || path === '/sign-in' ? 'desk' : 'home';
    const inside = app === 'desk' ? path.replace(/^\/(desk\/?|setup|sign-in)/, '/') : path;
    const wanted = ['/', '/join'].includes(inside) ? '/index.html' : normalize(inside);
    const full = join(dist, app, wanted);
    if (!existsSync(full) || !statSync(full).isFile()) return void response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not here');
    const headers: Record<string, string> = { 'Content-Type': TYPES[extname(full)] ?? 'application/octet-stream', 'Content-Security-Policy': CSP, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': wanted.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache' };
    const squeezed = existsSync(full + '.gz') && /gzip/.test(String(request.headers['accept-encoding']));
    if (squeezed) headers['Content-Encoding'] = 'gzip';
    response.writeHead(200, headers);
    createReadStream(squeezed ? full + '.gz' : full).pipe(response);
  }

  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  const real = (server.address() as AddressInfo).port;
  return {
    url: `http://localhost:${real}`,
    port: real,
    world,
    streams: () => streams.size,
    alarm: put,
    closed,
    reset(leader = false) {
      Object.assign(world, { signedIn: true, home: homeView(leader), presses: 'answered', down: false, heard: [] });
      ended.clear();
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      clearInterval(beat);
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
