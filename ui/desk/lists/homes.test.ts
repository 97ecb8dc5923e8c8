import { expect, test } from 'vitest';
import { homeChanges, homeFacts, NO_HOME } from './homes.ts';

const before = { ...NO_HOME, label: 'Nhà bà Lan', place: 'thon', lat: '21.03', lon: '105.85' };

test('a home without coordinates is sent without a position', () => {
  expect(homeFacts({ ...before, lat: '', lon: '' })).not.toHaveProperty('position');
  expect(homeFacts(before).position).toEqual({ lat: 21.03, lon: 105.85 });
});

test('a correction of a home carries only what was changed', () => {
  expect(homeChanges(before, { ...before, kind: 'boarding_house', label: ' Nhà bà Lan ' })).toEqual({ kind: 'boarding_house' });
  expect(homeChanges(before, { ...before, lat: '21.04' })).toEqual({ position: { lat: 21.04, lon: 105.85 } });
});
