import { expect, test } from 'vitest';
import { homeChanges, homeFacts, NO_HOME, peopleIn } from './homes.ts';

const before = { ...NO_HOME, label: 'Nhà bà Lan', place: 'thon', lat: '21.03', lon: '105.85' };

test('a home without coordinates is sent without a position', () => {
  expect(homeFacts({ ...before, lat: '', lon: '' })).not.toHaveProperty('position');
  expect(homeFacts(before).position).toEqual({ lat: 21.03, lon: 105.85 });
});

test('a correction of a home carries only what was changed', () => {
  expect(homeChanges(before, { ...before, kind: 'boarding_house', label: ' Nhà bà Lan ' })).toEqual({ kind: 'boarding_house' });
  expect(homeChanges(before, { ...before, lat: '21.04' })).toEqual({ position: { lat: 21.04, lon: 105.85 } });
});

test('how many are usually there is a number, or nothing, and no slip of the hand becomes nothing', () => {
  expect(homeFacts({ ...before, occupants: ' 120 ' }).occupants).toBe(120);
  expect(homeFacts(before).occupants).toBeNull();
  expect(['12o', '-5', '1.5'].map((occupants) => homeFacts({ ...before, occupants }).occupants)).toEqual([0, 0, 0]);
  expect(homeChanges({ ...before, occupants: '120' }, before)).toEqual({ occupants: null });
});

test('as many have to be out as are usually there, and everybody on record', () => {
  expect(peopleIn({ people_count: 2, occupants: 120 })).toBe(120);
  expect(peopleIn({ people_count: 5, occupants: 3 })).toBe(5);
  expect(peopleIn({ people_count: 4, occupants: null })).toBe(4);
});
