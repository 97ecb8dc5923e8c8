import { expect, test } from 'vitest';
import { carried, lastDay, noVote, voteBody, voteLacks, type Residents } from './residents.ts';

const residents = { cameras: [{ id: 'a', name: 'A', masking: 'none' }, { id: 'b', name: 'B', masking: 'none' }], village_name: 'V', homes_known: 3 } as Residents;
const filled = () => ({ ...noVote(residents), held: '2026-03-01', last: '2027-02-28', homes: '100', present: '80', for: '51', against: '20', minutes: ' 12/BB ' });

test('more than half of all homes must be in favour, whoever came', () => {
  expect(carried(filled())).toBe(true);
  expect(carried({ ...filled(), for: '50' })).toBe(false);
  expect(carried({ ...filled(), for: '' })).toBeNull();
  expect(voteLacks({ ...filled(), for: '50' })).toBe(true);
});

test('nothing is said of a camera that nobody ticked', () => {
  const values = filled();
  expect(voteLacks(values)).toBe(false);
  values.cameras = { a: { voted: true, clear: true }, b: { voted: false, clear: true } };
  expect(voteBody(values)).toMatchObject({ cameras: [{ camera: 'a', nothing_to_mask: true }], minutes: '12/BB', vote: { in_favour: 51 } });
  values.cameras = { a: { voted: false, clear: false } };
  expect(voteLacks(values)).toBe(true);
});

test('the last day is meant to its end, by the clocks of the place', () => {
  expect(voteBody(filled())).toMatchObject({ vote: { held_on: '2026-02-28T17:00:00.000Z' }, until: '2027-02-28T17:00:00.000Z' });
  expect(lastDay('2026-03-01')).toBe('2027-03-01');
  expect(lastDay('')).toBe('');
});
