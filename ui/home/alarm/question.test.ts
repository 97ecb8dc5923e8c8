import { describe, expect, test } from 'vitest';
import { HOMES, exampleAlarm } from '@shared/alarm-example.ts';
import { silenceKey } from '@shared/sound/silence.ts';
import { inOrder, isAnothersWarning, isOwnFire, question, soundsFor } from './question.ts';

type Parts = Parameters<typeof exampleAlarm>[0];

function ask(parts: Parts = {}, me: { household?: string | null; dialled?: boolean; changing?: boolean; blind?: boolean } = {}) {
  return question({ alarm: exampleAlarm(parts), household: me.household ?? HOMES.mine, dialled: me.dialled ?? false, changing: me.changing ?? false, blind: me.blind ?? false });
}

const out = (household: string) =>
  exampleAlarm().households.map((home) => (home.household === household ? { ...home, clear: true, out: { count: 4, away: 0, by: 'x', at: '2025-08-19T01:02:00Z' } } : home));

describe("a neighbour's alarm", () => {
  test('first asks whether I can come', () => expect(ask()).toEqual({ ask: 'can_you_come' }));
  test('offers the card that was dealt to me', () => {
    expect(ask({ mine: { answer: 'coming', card: 'gate', card_state: 'offered' } })).toEqual({ ask: 'card', card: 'gate' });
  });
  test('asks whether I have arrived once I took the card', () => {
    expect(ask({ mine: { answer: 'coming', card: 'gate', card_state: 'accepted' } })).toEqual({ ask: 'arrived', card: 'gate' });
  });
  test('asks the same of someone who comes without a card', () => {
    expect(ask({ mine: { answer: 'coming' } })).toEqual({ ask: 'arrived', card: null });
  });
  test('who declined the card may still come', () => {
    expect(ask({ mine: { answer: 'coming', card: 'gate', card_state: 'declined' } })).toEqual({ ask: 'arrived', card: null });
  });
  test('on the spot asks what I see, once', () => {
    expect(ask({ mine: { answer: 'arrived' } })).toEqual({ ask: 'look' });
    expect(ask({ mine: { answer: 'arrived', looked: 'fire' } }).ask).toBe('nothing');
  });
  test('asks nothing of someone who cannot come', () => expect(ask({ mine: { answer: 'cannot' } }).ask).toBe('nothing'));
  test('lets me change my answer', () => expect(ask({ mine: { answer: 'cannot' } }, { changing: true }).ask).toBe('can_you_come'));
  test('when closed asks nothing', () => expect(ask({ state: 'closed' }).ask).toBe('nothing'));
});

describe('getting out comes first', () => {
  test('in the burning home', () => expect(ask({}, { household: HOMES.burning })).toEqual({ ask: 'get_out', burning: true }));
  test('in a home next to it', () => {
    expect(ask({ mine: { must_get_out: true } }, { household: HOMES.next })).toEqual({ ask: 'get_out', burning: false });
  });
  test('even before a card', () => {
    expect(ask({ mine: { must_get_out: true, card: 'gate', card_state: 'offered' } }, { household: HOMES.next }).ask).toBe('get_out');
  });
  test('and asks again while somebody is missing', () => {
    const some = out(HOMES.burning).map((home) => (home.out ? { ...home, clear: false, out: { ...home.out, count: 3 } } : home));
    expect(ask({ households: some }, { household: HOMES.burning }).ask).toBe('get_out');
  });
  test('and when all are out, 114 is called', () => {
    expect(ask({ households: out(HOMES.burning), mine: { card: 'call_114', card_state: 'offered' } }, { household: HOMES.burning }).ask).toBe('call_114');
  });
  test('a neighbour whose home is out and who is freed may help', () => {
    expect(ask({ households: out(HOMES.next) }, { household: HOMES.next }).ask).toBe('can_you_come');
  });
  test('whoever must stay out is not asked to help', () => {
    expect(ask({ households: out(HOMES.next), mine: { must_get_out: true } }, { household: HOMES.next }).ask).toBe('nothing');
  });
});

describe('once somebody says that nothing burns', () => {
  const said: Parts = { false_alarm: { by: 'Chị Mai', at: '2025-08-19T01:03:00Z' } };
  test('whoever is safe is asked what they see, whatever they answered', () => {
    expect(ask(said)).toEqual({ ask: 'look' });
    expect(ask({ ...said, mine: { answer: 'cannot' } })).toEqual({ ask: 'look' });
  });
  test('the burning home first gets out, and then is asked too', () => {
    expect(ask(said, { household: HOMES.burning }).ask).toBe('get_out');
    expect(ask({ ...said, households: out(HOMES.burning) }, { household: HOMES.burning })).toEqual({ ask: 'look' });
    expect(ask({ ...said, households: out(HOMES.burning), mine: { looked: 'no_fire' } }, { household: HOMES.burning }).ask).toBe('nothing');
  });
  test('nobody is asked twice, nor who must stay away', () => {
    expect(ask({ ...said, mine: { looked: 'fire' } }).ask).toBe('can_you_come');
    expect(ask({ ...said, mine: { may_looked: false } }).ask).toBe('can_you_come');
  });
  test('whoever cannot see it from there may still come', () => expect(ask(said, { blind: true }).ask).toBe('can_you_come'));
});

test('a lone detector asks its own home whether there is a fire', () => {
  expect(ask({ state: 'own_home_warning' }, { household: HOMES.burning }).ask).toBe('own_warning');
});

test("who leads sees another home's warning, and is neither asked about it nor called", () => {
  const warning = exampleAlarm({ state: 'own_home_warning' });
  expect(ask({ state: 'own_home_warning' }).ask).toBe('nothing');
  expect([HOMES.mine, HOMES.burning, null].map((home) => isAnothersWarning(warning, home))).toEqual([true, false, true]);
  expect([HOMES.mine, HOMES.burning].map((home) => soundsFor(warning, false, home))).toEqual([null, 'live']);
  expect(isAnothersWarning(exampleAlarm(), HOMES.mine)).toBe(false);
});

describe('114', () => {
  test('after dialling asks whether they answered', () => expect(ask({}, { dialled: true }).ask).toBe('confirm_114'));
  test('is not asked about once somebody confirmed', () => {
    expect(ask({ emergency_call: { called: true, by: 'Chị Mai' } }, { dialled: true }).ask).toBe('can_you_come');
  });
  test('is called by whoever has that card', () => {
    expect(ask({ mine: { card: 'call_114', card_state: 'offered' } }).ask).toBe('call_114');
  });
});

describe('sound', () => {
  test('rings until this person answers', () => {
    expect(soundsFor(exampleAlarm(), false, HOMES.mine)).toBe('live');
    expect(soundsFor(exampleAlarm({ mine: { answer: 'coming' } }), false, HOMES.mine)).toBeNull();
  });
  test('a drill has its own', () => expect(soundsFor(exampleAlarm({ mode: 'drill' }), false, HOMES.mine)).toBe('drill'));
  test('does not ring in the hand that pressed', () => expect(soundsFor(exampleAlarm(), true, HOMES.mine)).toBeNull());
  test('once silenced stays so while it stands as it did, and rings anew when another home burns', () => {
    const muted = [silenceKey(exampleAlarm())];
    const spread = exampleAlarm({ households: exampleAlarm().households.map((home) => ({ ...home, burning: home.burning || home.household === HOMES.next })) });
    expect(soundsFor(exampleAlarm({ counts: { coming: 4 } }), false, HOMES.mine, muted)).toBeNull();
    expect(soundsFor(spread, false, HOMES.mine, muted)).toBe('live');
  });
  test.each(['coming', 'cannot', 'safe', 'arrived'] as const)('rings although the answer was "%s" once their own home must be left, until all are out', (answer) => {
    const mine = { answer, must_get_out: true };
    expect(soundsFor(exampleAlarm({ mine }), false, HOMES.next)).toBe('live');
    expect(soundsFor(exampleAlarm({ mine, mode: 'drill' }), false, HOMES.next)).toBe('drill');
    expect(soundsFor(exampleAlarm({ mine }), false, HOMES.next, [silenceKey(exampleAlarm())])).toBeNull();
    expect(soundsFor(exampleAlarm({ mine, households: out(HOMES.next) }), false, HOMES.next)).toBeNull();
    expect(soundsFor(exampleAlarm({ mine: { answer } }), false, HOMES.burning)).toBe('live');
  });
  test('stops when the alarm closes', () => expect(soundsFor(exampleAlarm({ state: 'closed' }), false, HOMES.mine)).toBeNull());
});

describe('several alarms', () => {
  test('a live alarm stands before a drill, my own home before all', () => {
    const drill = exampleAlarm({ alarm: 'drill', mode: 'drill', raised_at: '2025-08-19T03:00:00Z' });
    const near = exampleAlarm({ alarm: 'near', raised_at: '2025-08-19T02:00:00Z' });
    const own = exampleAlarm({ alarm: 'own', raised_at: '2025-08-19T01:00:00Z', origin: { household: HOMES.mine, label: 'x' } });
    const past = exampleAlarm({ alarm: 'past', state: 'closed' });
    expect(inOrder([drill, past, near, own], HOMES.mine).map((alarm) => alarm.alarm)).toEqual(['own', 'near', 'drill']);
  });
  test('a home that caught fire later counts as burning too', () => {
    const alarm = exampleAlarm({ households: exampleAlarm().households.map((home) => ({ ...home, burning: true })) });
    expect(isOwnFire(alarm, HOMES.mine)).toBe(true);
  });
});
