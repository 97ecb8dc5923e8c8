import { expect, test } from 'vitest';
import { found, stateOf, type VillageSite } from './village.ts';

test('a camera says why residents may not look, and to its own home alone that it was that home', () => {
  expect(stateOf({ shut: null, objected: false })).toBe('village-open');
  expect(stateOf({ shut: 'objected', objected: false })).toBe('village-shut-objected');
  expect(stateOf({ shut: 'objected', objected: true })).toBe('village-mine');
  expect(stateOf({ shut: 'not_masked', objected: false })).toBe('village-shut-not-masked');
  expect(stateOf({ shut: 'paused', objected: false })).toBe('village-shut-other');
});

test('a camera is found with its site', () => {
  const site = (id: string, ...cameras: string[]) => ({ id, cameras: cameras.map((one) => ({ id: one, name: one, objected: false, shut: null })) }) as unknown as VillageSite;
  const sites = [site('a', '1'), site('b', '2', '3')];
  expect(found(sites, '3')).toMatchObject({ site: { id: 'b' }, camera: { id: '3' } });
  expect(found(sites, '4')).toBeNull();
});
