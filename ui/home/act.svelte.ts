/**
 * Everything this person does in an alarm goes through the outbox, so that it survives a dead network and a closed app.
 * Also follows the one press that was made on this phone: sending, not sent, received, too late to ring by itself.
 */
import type { Act, ActBody, Alarm, AlarmReceipt, NewAlarm } from '@shared/api/types.ts';
import { line } from '@shared/api/words.ts';
import { lang, t } from '@shared/i18n/index.svelte.ts';
import { uuidv7 } from '@shared/id.ts';
import { say } from '@shared/ui/toasts.svelte.ts';
import { takeAlarm } from './node.svelte.ts';
import { Outbox, type Outcome } from './outbox/outbox.ts';
import { mayPass, sendItem } from './outbox/send.ts';
import { kept, shelf } from './outbox/shelf.ts';
import { whenAnother, whose } from './outbox/whose.ts';
import { shake } from './phone/shake.ts';

/** Without an answer for this long the screen says NOT SENT and offers the telephone. */
export const PATIENCE_MS = 3000;

/** `alarm` is the press's own id; `joined` the alarm that the node put it to, which is another where the team rang already. */
export type Press = { alarm: string; joined: string; pressedAt: number; state: 'sending' | 'not_sent' | 'received' | 'ask' | 'refused'; receivedAt: string | null; recorded: boolean; why: string };

let press = $state<Press | null>(null);
/** Paths of acts that are not through yet. */
let waiting = $state<string[]>([]);
let timer: ReturnType<typeof setTimeout> | undefined;
const receipts = new Set<string>();
let raised = $state<string[]>([]);
const RAISED_MOST = 8;

const outbox = new Outbox({ shelf, now: () => Date.now(), send: (item) => sendItem(item, lang()), passing: mayPass, whose, tell: happened });

whenAnother(() => {
  press = null;
  [waiting, raised] = [[], []];
  receipts.clear();
});

export const presses = {
  get now() {
    return press;
  },
};

/** Whether something this person said in this alarm is still on its way. */
export const isWaiting = (alarm: string): boolean => waiting.some((path) => path.startsWith(`/api/alarms/${alarm}/`));

function happened(outcome: Outcome): void {
  const { item } = outcome;
  waiting = outcome.is === 'waiting' ? [...new Set([...waiting, item.path])] : waiting.filter((path) => path !== item.path);
  if (item.kind === 'press') return pressed(outcome);
  if (outcome.is === 'sent') takeAlarm(outcome.answer as Alarm | undefined);
  if (outcome.is === 'refused' && !receipts.has(item.id)) say(line(outcome.reason), 'fault');
}

function pressed(outcome: Outcome): void {
  if (press?.alarm !== outcome.item.alarm) return;
  if (outcome.is === 'waiting') press.state = 'not_sent';
  else if (outcome.is === 'refused') Object.assign(press, { state: 'refused', why: line(outcome.reason) });
  else {
    const receipt = outcome.answer as AlarmReceipt;
    // It rang, and was over before its answer came through.
    if (receipt.state === 'closed') {
      press = null;
      return say(t('press-over'));
    }
    const ask = receipt.state === 'ask_still_burning';
    const joined = receipt.joined ?? receipt.alarm;
    raised = [joined, ...raised].slice(0, RAISED_MOST);
    Object.assign(press, { state: ask ? 'ask' : 'received', joined, receivedAt: receipt.received_at ?? new Date().toISOString(), recorded: receipt.recorded });
    if (ask) void kept.put('late', { alarm: joined, pressedAt: press.pressedAt });
    else shake([80, 80, 80]);
  }
}

/** FIRE. Repeats of this press carry the same id and count once. */
export function raise(): void {
  const pressedAt = Date.now();
  const alarm = uuidv7(pressedAt);
  raised = [alarm, ...raised].slice(0, RAISED_MOST);
  void kept.put('raised', raised);
  const body: NewAlarm = { alarm, pressed_at: new Date(pressedAt).toISOString(), source: 'phone' };
  ring(alarm, alarm, pressedAt, '/api/alarms', body);
}

/** Sends what must ring, and says NOT SENT where that takes too long. */
function ring(alarm: string, id: string, pressedAt: number, path: string, body: unknown): void {
  press = { alarm, joined: alarm, pressedAt, state: navigator.onLine === false ? 'not_sent' : 'sending', receivedAt: null, recorded: true, why: '' };
  setTimeout(() => {
    if (press?.alarm === alarm && press.state === 'sending') press.state = 'not_sent';
  }, PATIENCE_MS);
  void outbox.add({ id, kind: 'press', alarm, path, body }).finally(schedule);
  schedule();
  askForSync();
}

/** The alarm of this press came by the event stream: the node has it, whatever became of the answer. */
export function seenFromNode(alarm: Alarm): void {
  if (press?.alarm === alarm.alarm && (press.state === 'sending' || press.state === 'not_sent')) {
    Object.assign(press, { state: 'received', receivedAt: alarm.raised_at, recorded: alarm.recorded });
  }
}

export function putPressAway(): void {
  press = null;
}

/** A yes rings, and is as urgent as the press was. */
export function stillBurning(yes: boolean): void {
  const late = press!;
  press = null;
  void kept.remove('late');
  if (!yes) return void act(late.joined, 'still-burning', { yes });
  const now = Date.now();
  ring(late.joined, uuidv7(now), now, `/api/alarms/${late.joined}/still-burning`, { yes, said_at: new Date(now).toISOString() });
}

/** Does something in an alarm: `act(id, 'answers', {answer: 'coming'})`. */
export async function act<W extends Act>(alarm: string, what: W, body?: ActBody<W>): Promise<void> {
  await outbox.add({ id: uuidv7(Date.now()), kind: 'act', alarm, path: `/api/alarms/${alarm}/${what}`, body });
  schedule();
  askForSync();
}

/** Tells the node once that this phone has the alarm, or that a hand touched the screen that shows it. */
export async function receipt(alarm: string, answer: 'delivered' | 'seen'): Promise<void> {
  const id = `${alarm}:${answer}`;
  if (receipts.has(id)) return;
  receipts.add(id);
  const key = uuidv7(Date.now());
  receipts.add(key);
  await outbox.add({ id: key, kind: 'act', alarm, path: `/api/alarms/${alarm}/answers`, body: { answer } });
  schedule();
}

function schedule(): void {
  clearTimeout(timer);
  void outbox.nextAt().then((at) => {
    clearTimeout(timer);
    if (at !== null) timer = setTimeout(() => void outbox.flush().finally(schedule), Math.max(200, at - Date.now()));
  });
}

/** Tries everything at once: the node was heard again, or the phone has network again. */
export function flushNow(): void {
  void outbox.flush(true).finally(schedule);
}

/** Lets the browser send it even when the app is closed, where it knows how. */
function askForSync(): void {
  type Sync = { sync?: { register: (tag: string) => Promise<void> } };
  void navigator.serviceWorker?.ready.then((registration) => (registration as Sync).sync?.register('outbox')).catch(() => undefined);
}

/** Takes up what an earlier page left: a press that is not sent, or a late one that waits for "Still burning?". */
export async function startActs(): Promise<void> {
  addEventListener('online', flushNow);
  raised = [...raised, ...((await kept.get<string[]>('raised')) ?? [])].slice(0, RAISED_MOST);
  const late = await kept.get<{ alarm: string; pressedAt: number }>('late');
  const left = (await outbox.pending()).filter((item) => item.kind === 'press').sort((a, b) => b.madeAt - a.madeAt)[0];
  if (press) return;
  if (left) press = { alarm: left.alarm, joined: left.alarm, pressedAt: left.madeAt, state: 'not_sent', receivedAt: null, recorded: true, why: '' };
  else if (late) press = { ...late, joined: late.alarm, state: 'ask', receivedAt: null, recorded: true, why: '' };
  flushNow();
}

/** Whether this phone raised the alarm; remembered across pages, so that a reload does not make it ring in that hand. */
export const raisedHere = (alarm: Alarm): boolean => raised.includes(alarm.alarm);
