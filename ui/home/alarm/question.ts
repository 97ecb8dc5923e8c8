/**
 * The one question that this person is asked now. Pure: the alarm as the node sees it, who I am, and whether 114 was just
 * dialled from here. Getting out comes before helping; helping comes before reporting. Once somebody says that nothing burns,
 * everybody who is safe is asked what they see: two who look decide it.
 */
import type { Alarm, CardKind } from '@shared/api/types.ts';
import { silenceKey } from '@shared/sound/silence.ts';

export type Question =
  | { ask: 'own_warning' }
  | { ask: 'confirm_114' }
  | { ask: 'get_out'; burning: boolean }
  | { ask: 'call_114' }
  | { ask: 'can_you_come' }
  | { ask: 'card'; card: CardKind }
  | { ask: 'arrived'; card: CardKind | null }
  | { ask: 'look' }
  | { ask: 'nothing' };

/** `blind`: they said that they cannot see it from where they are. */
export type Asked = { alarm: Alarm; household: string | null; dialled: boolean; changing: boolean; blind: boolean };

/** My home in this alarm, if it is one of its homes. */
export function ownHome(alarm: Alarm, household: string | null) {
  return alarm.households.find((home) => home.household === household);
}

/** Whether the fire is in my home. */
export function isOwnFire(alarm: Alarm, household: string | null): boolean {
  return household !== null && (alarm.origin.household === household || ownHome(alarm, household)?.burning === true);
}

export function question({ alarm, household, dialled, changing, blind }: Asked): Question {
  const mine = alarm.mine;
  if (alarm.state === 'closed' || !mine) return { ask: 'nothing' };
  if (alarm.state === 'own_home_warning') return { ask: isOwnFire(alarm, household) ? 'own_warning' : 'nothing' };
  if (dialled && !alarm.emergency_call.called) return { ask: 'confirm_114' };

  const burning = isOwnFire(alarm, household);
  if (isInDanger(alarm, household)) return { ask: 'get_out', burning };
  if (alarm.false_alarm && mine.may_looked && !mine.looked && !blind && !changing) return { ask: 'look' };

  const open = mine.card_state === 'offered' || mine.card_state === 'accepted';
  if (mine.card === 'call_114' && open && !alarm.emergency_call.called) return { ask: 'call_114' };
  if (burning || mine.must_get_out) return { ask: 'nothing' };

  if (changing) return { ask: 'can_you_come' };
  if (mine.answer === 'cannot' || mine.answer === 'safe') return { ask: 'nothing' };
  if (mine.answer === 'arrived' || mine.card_state === 'arrived') return mine.may_looked && !mine.looked ? { ask: 'look' } : { ask: 'nothing' };
  if (mine.card && mine.card !== 'call_114' && mine.card_state === 'offered') return { ask: 'card', card: mine.card };
  if (mine.answer === 'coming' || mine.card_state === 'accepted') return { ask: 'arrived', card: mine.card_state === 'accepted' ? (mine.card ?? null) : null };
  return { ask: 'can_you_come' };
}

/** A detector warns another's home, which is asked first: who leads the team sees it and is not called. */
export function isAnothersWarning(alarm: Alarm, household: string | null): boolean {
  return alarm.state === 'own_home_warning' && !isOwnFire(alarm, household);
}

/** Whether the own home must be left and not everybody of it is out. */
function isInDanger(alarm: Alarm, household: string | null): boolean {
  return (isOwnFire(alarm, household) || alarm.mine?.must_get_out === true) && !ownHome(alarm, household)?.clear;
}

/**
 * Whether this phone should sound: a live alarm or drill that this person has neither answered nor raised nor silenced as it
 * stands. While their own home must be left and somebody is not out, no answer makes it quiet.
 */
export function soundsFor(alarm: Alarm, raisedHere: boolean, household: string | null, muted: readonly string[] = []): 'live' | 'drill' | null {
  if (alarm.state === 'closed' || raisedHere || isAnothersWarning(alarm, household) || muted.includes(silenceKey(alarm))) return null;
  if (isInDanger(alarm, household)) return alarm.mode;
  if (alarm.mine?.answer || alarm.mine?.card_state === 'accepted' || alarm.mine?.card_state === 'arrived') return null;
  return alarm.mode;
}

/** The order in which open alarms claim the screen: live before drill, my own home first, the newest before older ones. */
export function inOrder(alarms: readonly Alarm[], household: string | null): Alarm[] {
  const rank = (alarm: Alarm) => (alarm.mode === 'live' ? 0 : 2) + (isOwnFire(alarm, household) ? 0 : 1);
  return [...alarms].filter((alarm) => alarm.state !== 'closed').sort((a, b) => rank(a) - rank(b) || b.raised_at.localeCompare(a.raised_at));
}
