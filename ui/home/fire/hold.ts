/**
 * When a finger on FIRE means fire. Pure: moments and distances come in, a decision comes out.
 *
 * Promises: holding for one second sends, however much the finger trembles: it may wander well outside the button and may
 * lose contact for a moment without starting again. A touch that ends early is never lost either: it opens the countdown.
 * Only a finger that is drawn far away takes the press back.
 */
export const HOLD_MS = 1000;
/** A trembling finger loses contact for less than this. */
export const LIFT_GRACE_MS = 300;
/** Pixels outside the button's edge; beyond them the finger was taken away on purpose. */
export const STRAY_PX = 96;

export type Decision = 'wait' | 'fire' | 'countdown' | 'nothing';

export type Hold = { pointer: number | null; downAt: number | null; liftedAt: number | null };

export const idle = (): Hold => ({ pointer: null, downAt: null, liftedAt: null });

export const isHeld = (hold: Hold): boolean => hold.downAt !== null;

/** A finger comes down. A second finger changes nothing. */
export function down(hold: Hold, pointer: number, now: number): Hold {
  if (hold.downAt === null) return { pointer, downAt: now, liftedAt: null };
  if (hold.liftedAt !== null) return { ...hold, pointer, liftedAt: null };
  return hold;
}

/** The finger leaves, or the system takes the touch away: perhaps only for a moment. */
export function lift(hold: Hold, pointer: number, now: number): Hold {
  if (hold.pointer !== pointer || hold.downAt === null) return hold;
  return { ...hold, pointer: null, liftedAt: now };
}

/** The finger moves; `outside` is how far beyond the button's edge it is, in pixels. */
export function move(hold: Hold, pointer: number, outside: number): Hold {
  return hold.pointer === pointer && outside > STRAY_PX ? idle() : hold;
}

/** What the touch means by now. Anything but `wait` ends it. */
export function decide(hold: Hold, now: number): Decision {
  if (hold.downAt === null) return 'nothing';
  if (hold.liftedAt !== null) return now - hold.liftedAt >= LIFT_GRACE_MS ? 'countdown' : 'wait';
  return now - hold.downAt >= HOLD_MS ? 'fire' : 'wait';
}

/** How full the ring is, 0 to 1. */
export function progress(hold: Hold, now: number): number {
  return hold.downAt === null ? 0 : Math.min((now - hold.downAt) / HOLD_MS, 1);
}
