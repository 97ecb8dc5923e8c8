import { expect, test } from 'vitest';
import { isSaid, needsCase, needsOrder, purposes, said } from './purpose.ts';

test('duty watch is offered to whoever has the shift, and never to hand something out', () => {
  expect(purposes('live', true)[0]).toBe('duty_watch');
  expect(purposes('live', false)).not.toContain('duty_watch');
  expect(purposes('export', true)).not.toContain('duty_watch');
});
test('an order reaches what is recorded, and nothing live', () => {
  expect(purposes('live', true)).not.toContain('order');
  expect(purposes('playback', true)).toContain('order');
});
test('an offence and a request ask for their number, an order for its copy', () => {
  expect(['offence', 'data_request'].every(needsCase)).toBe(true);
  expect([needsCase('order'), needsOrder('order'), needsOrder('offence')]).toEqual([false, true, false]);
  expect(purposes('delay', true)).toEqual(['offence', 'order']);
  expect(needsCase('duty_watch')).toBe(false);
  expect(isSaid('offence', ' ')).toBe(false);
  expect(isSaid('offence', '12/2026')).toBe(true);
  expect(isSaid('accident', '')).toBe(true);
  expect(isSaid('', '12')).toBe(false);
  expect(said('missing_person')).toBe('look-purpose-missing-person');
});
