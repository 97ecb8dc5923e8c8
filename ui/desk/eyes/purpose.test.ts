import { expect, test } from 'vitest';
import { needsCase, purposes, said } from './purpose.ts';

test('duty watch is offered to whoever has the shift, and an offence asks for its number', () => {
  expect(purposes(true)[0]).toBe('duty_watch');
  expect(purposes(false)).not.toContain('duty_watch');
  expect(needsCase('offence')).toBe(true);
  expect(needsCase('duty_watch')).toBe(false);
  expect(said('missing_person')).toBe('look-purpose-missing-person');
});
