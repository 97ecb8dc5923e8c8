/**
 * The rules of the event stream, without the stream: what a line from the node, a broken connection, or silence means.
 * Pure: time comes in, what to do comes out. Used by the shared worker and by pages that have no shared worker.
 *
 * Promises: a tab that joins late learns at once how the link stands; the node is called silent after SILENT_MS without a
 * sign of life, and a broken connection is said after BROKEN_MS; after every new connection the tabs ask for everything anew, so
 * none begins in the middle.
 */
export const ALIVE_EVERY_MS = 20_000;
/** Two missed signs of life and a half: far below the 200 s that are allowed. */
export const SILENT_MS = 50_000;
/** A broken connection is retried at once; only if that takes longer is it worth saying. */
export const BROKEN_MS = 5_000;
const BACKOFF_MS = [500, 1_000, 2_000, 3_000, 5_000];

export type LinkState = 'connecting' | 'connected' | 'silent';
export type FromNode = { name: string; id: string; data: unknown };
export type Message = { kind: 'event'; event: FromNode } | { kind: 'link'; state: LinkState; heardAt: number | null } | { kind: 'opened' };

export type Hub = { state: LinkState; open: boolean; startedAt: number; heardAt: number | null; brokenAt: number | null; tries: number; retryAt: number | null };

export type Step = { messages: Message[]; connect?: boolean; disconnect?: boolean };

export function newHub(now: number): Hub {
  return { state: 'connecting', open: false, startedAt: now, heardAt: null, brokenAt: null, tries: 0, retryAt: now };
}

export function link(hub: Hub): Message {
  return { kind: 'link', state: hub.state, heardAt: hub.heardAt };
}

function change(hub: Hub, state: LinkState): Message[] {
  if (hub.state === state) return [];
  hub.state = state;
  return [link(hub)];
}

/** The connection stands. Tabs reload what they show, since no event is repeated. */
export function opened(hub: Hub, now: number): Step {
  hub.open = true;
  hub.heardAt = now;
  hub.brokenAt = null;
  hub.retryAt = null;
  hub.tries = 0;
  return { messages: [{ kind: 'opened' }, ...change(hub, 'connected')] };
}

export function received(hub: Hub, event: FromNode, now: number): Step {
  hub.heardAt = now;
  const messages = change(hub, 'connected');
  if (event.name === 'alive') return { messages: messages.length ? messages : [link(hub)] };
  return { messages: [...messages, { kind: 'event', event }] };
}

/** The connection broke or was refused. */
export function broken(hub: Hub, now: number): Step {
  hub.open = false;
  hub.brokenAt ??= now;
  hub.retryAt = now + BACKOFF_MS[Math.min(hub.tries, BACKOFF_MS.length - 1)]!;
  hub.tries += 1;
  return { messages: [], disconnect: true };
}

/** The device says that it has no network, or has it again. */
export function network(hub: Hub, online: boolean, now: number): Step {
  if (online) {
    hub.retryAt = hub.open ? null : now;
    return tick(hub, now);
  }
  hub.brokenAt ??= now;
  return { messages: change(hub, 'silent') };
}

/** Once a second or so: notices silence, and says when to connect again. */
export function tick(hub: Hub, now: number): Step {
  const step: Step = { messages: [] };
  const quietFor = now - (hub.heardAt ?? hub.startedAt);
  if (hub.open && quietFor > SILENT_MS) {
    broken(hub, now);
    hub.retryAt = now;
    step.disconnect = true;
    step.messages.push(...change(hub, 'silent'));
  }
  if (!hub.open && now - (hub.brokenAt ?? hub.startedAt) > BROKEN_MS) step.messages.push(...change(hub, 'silent'));
  if (!hub.open && hub.retryAt !== null && now >= hub.retryAt) {
    hub.retryAt = null;
    step.connect = true;
  }
  return step;
}
