/**
 * What the desk knows: who sits here, the board, and how old it is. An alarm event is on screen in the same turn; after every
 * new connection everything is asked again; while the stream is silent the board is asked for every few seconds.
 */
import { Trouble } from '@shared/api/client.ts';
import type { Alarm, Board, Session } from '@shared/api/types.ts';
import { lang, setLang } from '@shared/i18n/index.svelte.ts';
import type { Lang } from '@shared/i18n/lang.ts';
import { kept } from '@shared/settings.ts';
import { listen, type FromNode, type LinkState, type Listening, type Message } from '@shared/events/index.ts';
import { answered, asking, forget, heard, nothingHeld, unanswered } from '@shared/events/merge.ts';
import type { Sound } from '@shared/sound/pattern.ts';
import { setPlace } from '@shared/time.ts';
import { desk } from './api.ts';
import { inOrder, loud } from './board.ts';
import { mayWith, type Deed } from './may.ts';

/** Health is on the board and has no event of its own for each change, so it is asked for even when all is well. */
const POLL_MS = 60_000;
const POLL_SILENT_MS = 10_000;

let who = $state<'unknown' | 'in' | 'out' | 'unreachable'>('unknown');
let session = $state.raw<Session | null>(null);
let board = $state.raw<Board | null>(null);
let boardAt = $state(0);
let trouble = $state.raw<unknown>(null);
let alarms = $state.raw<Alarm[]>([]);
let link = $state<{ state: LinkState; heardAt: number | null }>({ state: 'connecting', heardAt: null });
let silenced = $state<string[]>([]);
let held = nothingHeld<Alarm>();
let busy = false;
let again = false;
let listening: Listening | null = null;
let timer: ReturnType<typeof setInterval> | undefined;

export const here = {
  get who() {
    return who;
  },
  get session() {
    return session;
  },
  get board() {
    return board;
  },
  get boardAt() {
    return boardAt;
  },
  /** Why the last question for the board was not answered; null when it was. */
  get trouble() {
    return trouble;
  },
  get alarms() {
    return alarms;
  },
  get link() {
    return link;
  },
  get silenced() {
    return silenced;
  },
};

/** Whether one of the roles of whoever sits here is offered this. */
export const may = (deed: Deed): boolean => mayWith(session?.roles ?? [], deed);

/** What sounds here now, and what that is silenced with. */
export const loudHere = (): { key: string; sound: Sound }[] => loud(alarms, board?.late ?? [], silenced);

/** The officer has heard it: this desk is quiet for what sounds now, or for one thing of it; the bells are not. */
export function silence(keys = loudHere().map((one) => one.key)): void {
  silenced = [...new Set([...silenced, ...keys])];
}

export async function start(): Promise<void> {
  try {
    entered(await desk.session());
  } catch (reason) {
    if (who === 'unknown') who = reason instanceof Trouble && reason.status === 401 ? 'out' : 'unreachable';
  }
}

/** Chooses the language of this desk, and of what the node tells unasked. */
export async function speak(one: Lang): Promise<void> {
  await setLang(one);
  if (!session || session.language === one) return;
  const told = await desk.language(one).then(() => true, () => false);
  if (!told) return;
  session = session && { ...session, language: one };
  listening?.anew();
}

export function entered(opened: Session): void {
  session = opened;
  setPlace(opened.utc_offset_hours);
  who = 'in';
  void speak(kept('lang') ? lang() : opened.language);
  listening ??= listen(take);
  clearInterval(timer);
  timer = setInterval(poll, POLL_SILENT_MS);
  void reload();
}

/** The node knows this session no more, or the person left. */
export function signedOut(): void {
  who = 'out';
  session = null;
  board = null;
  held = nothingHeld();
  alarms = [];
  listening?.stop();
  listening = null;
  clearInterval(timer);
}

export async function leave(): Promise<void> {
  await desk.signOut();
  signedOut();
}

function poll(): void {
  if (who === 'in' && Date.now() - boardAt > (link.state === 'connected' ? POLL_MS : POLL_SILENT_MS)) void reload();
}

function show(): void {
  alarms = inOrder([...held.alarms.values()]);
}

function take(message: Message): void {
  if (message.kind === 'link') link = { state: message.state, heardAt: message.heardAt };
  else if (message.kind === 'opened') {
    void speak(lang());
    void reload();
  }
  else happen(message.event);
}

function happen(event: FromNode): void {
  if (event.name === 'alarm') takeAlarm(event.data as Alarm);
  else if (event.name === 'closed') {
    heard(held, (event.data as { id: string }).id, null);
    show();
    void reload();
  } else {
    if (event.name === 'reset') forget(held);
    void reload();
  }
}

/** A whole alarm from anywhere: an event, or the answer to what was done here. */
export function takeAlarm(alarm: Alarm | null | undefined): void {
  if (!alarm?.alarm || !alarm.counts) return;
  heard(held, alarm.alarm, alarm.state === 'closed' ? null : alarm);
  show();
}

/** Asks for the whole board; one question at a time, and one more if something happened meanwhile. */
export async function reload(): Promise<void> {
  if (!may('readBoard')) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  asking(held);
  try {
    const fresh = await desk.board();
    answered(held, fresh.alarms.map((alarm) => [alarm.alarm, alarm] as const));
    setPlace(fresh.utc_offset_hours);
    board = fresh;
    boardAt = Date.now();
    trouble = null;
    show();
  } catch (reason) {
    unanswered(held);
    trouble = reason;
  } finally {
    busy = false;
    if (again && who === 'in') {
      again = false;
      void reload();
    }
  }
}
