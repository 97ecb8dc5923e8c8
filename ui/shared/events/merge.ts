/**
 * Keeps the alarms on screen right while two sources speak: whole answers (`/api/home`, `/api/board`) and single events.
 * An answer that was asked for before an event came must not undo that event, so events that arrive while a question is
 * under way are put on top of its answer. Pure.
 */
export type Held<A> = { alarms: Map<string, A>; closed: Set<string>; during: { id: string; alarm: A | null }[] | null };

/** How many closed alarms are remembered, so that a late answer cannot bring one back. */
const CLOSED_MOST = 200;

export function nothingHeld<A>(): Held<A> {
  return { alarms: new Map(), closed: new Set(), during: null };
}

/** A question to the node begins. */
export function asking<A>(held: Held<A>): void {
  held.during = [];
}

function put<A>(held: Held<A>, id: string, alarm: A | null): void {
  if (alarm === null) {
    held.alarms.delete(id);
    held.closed.add(id);
    if (held.closed.size > CLOSED_MOST) held.closed.delete(held.closed.values().next().value!);
  } else if (!held.closed.has(id)) {
    held.alarms.set(id, alarm);
  }
}

/** An event: a whole alarm, or null when it closed. */
export function heard<A>(held: Held<A>, id: string, alarm: A | null): void {
  held.during?.push({ id, alarm });
  put(held, id, alarm);
}

/** The node's whole answer to the question; what it does not name is not open any more. */
export function answered<A>(held: Held<A>, list: readonly (readonly [string, A])[]): void {
  const during = held.during ?? [];
  held.during = null;
  held.alarms = new Map();
  for (const [id, alarm] of list) put(held, id, alarm);
  for (const { id, alarm } of during) put(held, id, alarm);
}

/** The question failed; what is held stays. */
export function unanswered<A>(held: Held<A>): void {
  held.during = null;
}

/** After the node says `reset`: nothing remembered counts any more. */
export function forget<A>(held: Held<A>): void {
  held.closed.clear();
}
