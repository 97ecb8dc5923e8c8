import { describe, expect, test } from 'vitest';
import { answered, asking, forget, heard, nothingHeld, unanswered } from './merge.ts';

const values = (held: ReturnType<typeof nothingHeld<string>>) => [...held.alarms.values()];

describe('an answer and the events that cross it', () => {
  test('an event that came while the question was under way is not undone by the answer', () => {
    const held = nothingHeld<string>();
    asking(held);
    heard(held, 'a', 'three are coming');
    answered(held, [['a', 'nobody is coming']]);
    expect(values(held)).toEqual(['three are coming']);
  });
  test('an alarm that rang while the question was under way stays', () => {
    const held = nothingHeld<string>();
    asking(held);
    heard(held, 'b', 'new');
    answered(held, []);
    expect(values(held)).toEqual(['new']);
  });
  test('an alarm that closed meanwhile is not brought back', () => {
    const held = nothingHeld<string>();
    asking(held);
    heard(held, 'a', null);
    answered(held, [['a', 'still open']]);
    expect(values(held)).toEqual([]);
  });
  test('events before the question do not outlive an answer that lacks them', () => {
    const held = nothingHeld<string>();
    heard(held, 'a', 'old');
    asking(held);
    answered(held, []);
    expect(values(held)).toEqual([]);
  });
});

test('a repeated or late event never reopens a closed alarm', () => {
  const held = nothingHeld<string>();
  heard(held, 'a', 'ringing');
  heard(held, 'a', null);
  heard(held, 'a', 'ringing');
  expect(values(held)).toEqual([]);
});

test('after a reset the node is believed again', () => {
  const held = nothingHeld<string>();
  heard(held, 'a', null);
  forget(held);
  asking(held);
  answered(held, [['a', 'ringing']]);
  expect(values(held)).toEqual(['ringing']);
});

test('a failed question changes nothing', () => {
  const held = nothingHeld<string>();
  heard(held, 'a', 'ringing');
  asking(held);
  unanswered(held);
  expect(values(held)).toEqual(['ringing']);
});
