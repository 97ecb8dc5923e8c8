/**
 * What this phone knows of the node: who I am, my home and team, the open alarms, and how old all that is.
 * Promises: an alarm event is on screen in the same turn; after every new connection everything is asked again; what was
 * last known is shown when the app opens without network, with its age.
 */
import { api, Trouble } from '@shared/api/client.ts';
import type { Alarm, HomeView } from '@shared/api/types.ts';
import { listen, type FromNode, type LinkState, type Listening, type Message } from '@shared/events/index.ts';
import { lang, setLang } from '@shared/i18n/index.svelte.ts';
import type { Lang } from '@shared/i18n/lang.ts';
import { answered, asking, forget, heard, nothingHeld, unanswered } from '@shared/events/merge.ts';
import { setPlace } from '@shared/time.ts';
import { kept } from './outbox/shelf.ts';
import { nowOf, nowOfNobody } from './outbox/whose.ts';

const POLL_MS = 15_000;
const STALE_MS = 5 * 60_000;
/** An answer to a question counts as a sign of life for this long. */
const ANSWER_COUNTS_MS = 30_000;

type Who = 'unknown' | 'in' | 'out';

let who = $state<Who>('unknown');
let view = $state.raw<HomeView | null>(null);
let viewAt = $state(0);
/** The emergency number as the node tells it to everybody; until it has told, what it is where nothing else is set. */
let number = $state('114');
let alarms = $state.raw<Alarm[]>([]);
let closed = $state.raw<Alarm[]>([]);
let link = $state<{ state: LinkState; heardAt: number | null }>({ state: 'connecting', heardAt: null });
/** Whether the last question to the node was answered. */
let answers = $state(false);
let held = nothingHeld<Alarm>();
let busy = false;
let again = false;
/** What is being told of this phone's language: one after another, so that the last choice is the one that stays. */
let telling: Promise<void> = Promise.resolve();
let listening: Listening | null = null;
let onConnected: () => void = () => {};

export const node = {
  get who() {
    return who;
  },
  get view() {
    return view;
  },
  /** When the node last answered with the whole view; 0 if never. */
  get viewAt() {
    return viewAt;
  },
  get alarms() {
    return alarms;
  },
  /** Alarms that closed while this page was open, until they are put away. */
  get closed() {
    return closed;
  },
  get link() {
    return link;
  },
  get number() {
    return view?.emergency_number ?? number;
  },
  get household() {
    return view?.household?.id ?? null;
  },
  get leads() {
    return view?.me.roles.some((grant) => grant.role === 'team_leader' || grant.role === 'team_deputy') ?? false;
  },
};

/** Whether the node was heard recently, by whichever way. */
export function isConnected(now: number): boolean {
  return link.state === 'connected' || (answers && now - viewAt < ANSWER_COUNTS_MS);
}

/** When the node last gave a sign of life, or null. */
export function heardAt(): number | null {
  return Math.max(link.heardAt ?? 0, viewAt) || null;
}

export async function startNode(connected: () => void): Promise<void> {
  onConnected = connected;
  const old = await kept.get<{ view: HomeView; at: number }>('view');
  if (old && !view) {
    setPlace(old.view.utc_offset_hours);
    view = old.view;
    viewAt = old.at;
    who = 'in';
    void nowOf(old.view.me.person);
  }
  setInterval(poll, POLL_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && who === 'in') void reload();
  });
  await reload();
  if (who !== 'out') startListening();
}

/** Pushes and the event stream speak the language that the node was told last, perhaps by another browser of this person. */
async function agreeOnLanguage(): Promise<void> {
  const session = await api.get('/api/session').catch(() => null);
  if (session && session.language !== lang()) await tellLanguage();
}

/** Tells the node the language of this phone, and begins anew what it says in another. */
export function tellLanguage(): Promise<void> {
  const tell = () => api.put('/api/session/language', { body: { language: lang() } });
  telling = telling.then(tell).then(() => listening?.anew(), () => undefined);
  return telling;
}

/** Chooses the language of this phone, and of what the node tells it unasked. */
export async function speak(one: Lang): Promise<void> {
  await setLang(one);
  if (who === 'in') await tellLanguage();
}

/** Begins to listen to events; called at the start and after joining. */
export function startListening(): void {
  listening ??= listen(take);
}

function poll(): void {
  if (who === 'out') return;
  if (link.state !== 'connected' || Date.now() - viewAt > STALE_MS) void reload();
}

function show(): void {
  alarms = [...held.alarms.values()].filter((alarm) => alarm.state !== 'closed');
}

function take(message: Message): void {
  if (message.kind === 'link') {
    const fell = message.state === 'silent' && link.state !== 'silent';
    link = { state: message.state, heardAt: message.heardAt };
    // The stream may be broken while the node is well: ask before saying that it is silent, and while asking say nothing.
    if (fell) void reload();
  } else if (message.kind === 'opened') {
    onConnected();
    void agreeOnLanguage();
    void reload();
  } else happen(message.event);
}

function happen(event: FromNode): void {
  if (event.name === 'alarm') takeAlarm(event.data as Alarm);
  else if (event.name === 'closed') shut((event.data as { id: string }).id, null);
  else {
    if (event.name === 'reset') forget(held);
    void reload();
  }
}

/** A whole alarm from anywhere: an event, or the answer to something this person did. */
export function takeAlarm(alarm: Alarm | null | undefined): void {
  if (!alarm?.alarm || !alarm.counts) return;
  if (alarm.state === 'closed') return shut(alarm.alarm, alarm);
  heard(held, alarm.alarm, alarm);
  show();
}

function shut(id: string, whole: Alarm | null): void {
  const last = whole ?? held.alarms.get(id);
  heard(held, id, null);
  show();
  if (!last) return;
  closed = [{ ...last, state: 'closed' }, ...closed.filter((one) => one.alarm !== id)];
  if (!whole) void api.get('/api/alarms/{id}', { params: { id } }).then((alarm) => shut(id, { ...alarm, state: 'closed' }), () => undefined);
}

export function putAway(id: string): void {
  closed = closed.filter((alarm) => alarm.alarm !== id);
}

/** Asks the node for everything; at most one question is under way, and one more follows if something happened meanwhile. */
export async function reload(): Promise<void> {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  asking(held);
  try {
    const fresh = await api.get('/api/home');
    void nowOf(fresh.me.person);
    answered(held, fresh.alarms.map((alarm) => [alarm.alarm, alarm] as const));
    setPlace(fresh.utc_offset_hours);
    view = fresh;
    viewAt = Date.now();
    answers = true;
    who = 'in';
    show();
    void kept.put('view', { view: { ...fresh, alarms: [] }, at: viewAt });
  } catch (reason) {
    unanswered(held);
    answers = reason instanceof Trouble && reason.kind === 'refused';
    if (reason instanceof Trouble && reason.status === 401) signedOut();
  } finally {
    busy = false;
    if (again) {
      again = false;
      void reload();
    }
  }
}

/** Whoever belongs to no home yet must know whom to call, too. */
async function learnNumber(): Promise<void> {
  number = view?.emergency_number ?? (await kept.get<string>('number')) ?? number;
  const told = await api.get('/api/emergency-number').catch(() => null);
  if (told) number = told.number;
  await kept.put('number', number);
}

/** Forgets what this phone showed to the person who used it; what they said and is not sent waits for them. */
export function signedOut(): void {
  who = 'out';
  void learnNumber();
  view = null;
  viewAt = 0;
  held = nothingHeld();
  alarms = [];
  listening?.stop();
  listening = null;
  void kept.remove('view');
  void nowOfNobody();
}
