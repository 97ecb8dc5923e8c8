import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LANGS } from '@shared/i18n/lang.ts';
import { beside, dashed, dead, grid, isOffered, KINDS, looksFor, page, pages, seenTo, silence, type Camera } from './wall.ts';

const camera = (name: string, more: object = {}) => ({ id: name, name, site_name: '', household: null, paused: false, masking: 'none', health: { state: 'recording' }, ...more }) as unknown as Camera;

test('a wall shows its cameras by name, 2 before 10, page after page', () => {
  const all = ['cam 10', 'cam 2', 'cam 1', 'cam 4', 'cam 3'].map((name) => camera(name));
  expect(page(all, 4, 0).map((one) => one.name)).toEqual(['cam 1', 'cam 2', 'cam 3', 'cam 4']);
  expect(page(all, 4, 1).map((one) => one.name)).toEqual(['cam 10']);
  expect(pages(5, 4)).toBe(2);
  expect(pages(0, 4)).toBe(1);
});
test('a home’s camera is on the wall only for what the home allows, live', () => {
  const shared = { household: 'h', consent: { live: true, recorded: false, purposes: ['alarm'] } };
  expect(isOffered(camera('a'), 'duty_watch')).toBe(true);
  expect(isOffered(camera('a', shared), 'alarm')).toBe(true);
  expect(isOffered(camera('a', shared), 'duty_watch')).toBe(false);
  expect(isOffered(camera('a', { ...shared, paused: true }), 'alarm')).toBe(false);
  expect(isOffered(camera('a', { household: 'h', consent: null }), 'alarm')).toBe(false);
});
test('a look at a home’s camera stands alone', () => {
  expect(looksFor([camera('a'), camera('b', { household: 'h' }), camera('c')])).toEqual([['a', 'c'], ['b']]);
  expect(looksFor([])).toEqual([]);
});
test('a dead camera says why, one that comes up is given time', () => {
  expect(silence(camera('a', { health: { state: 'no_answer' } }))).toBe('camera-state-no-answer');
  expect(silence(camera('a', { health: { state: 'connecting' } }))).toBeNull();
});
test('tiles are as large as they can be while all are seen, and never too small', () => {
  expect(grid(1, 1600, 800)).toEqual({ columns: 1, width: 1272 });
  expect(grid(4, 1600, 800).columns).toBe(2);
  expect(grid(13, 1690, 850)).toEqual({ columns: 5, width: 338 });
  expect(grid(16, 340, 500)).toEqual({ columns: 1, width: 340 });
  expect(grid(16, 720, 700)).toEqual({ columns: 3, width: 240 });
});
test('arrow keys stay on the wall', () => {
  expect(beside(0, 'ArrowRight', 2, 4)).toBe(1);
  expect(beside(0, 'ArrowDown', 2, 4)).toBe(2);
  expect(beside(3, 'ArrowDown', 2, 4)).toBe(3);
  expect(beside(0, 'ArrowLeft', 2, 4)).toBe(0);
});
test.each(LANGS)('in %s each kind of sighting has a letter of its own', (lang) => {
  const texts = readFileSync(join(import.meta.dirname, '../../../texts', lang, 'eyes.ftl'), 'utf8');
  const letters = KINDS.map((kind) => new RegExp(`^sighting-key-${dashed(kind)} = ([a-z])$`, 'm').exec(texts)?.[1]);
  expect(new Set(letters).size).toBe(KINDS.length);
  expect(letters).not.toContain(undefined);
});
test('cameras out of order stand in the order in which they died, and only a repair that is not overdue counts', () => {
  const since = (id: string, at: string | null) => camera(id, { out_of_order_since: at });
  expect(dead([since('a', '2026-08-19T08:00:00Z'), since('b', null), since('c', '2026-08-18T08:00:00Z')]).map((one) => one.id)).toEqual(['c', 'a']);
  const taken = camera('a', { repair_until: '2026-08-20T00:00:00Z' });
  expect(seenTo(taken, Date.parse('2026-08-19T23:59:59Z'))).toBe('2026-08-20T00:00:00Z');
  expect(seenTo(taken, Date.parse('2026-08-20T00:00:00Z'))).toBeNull();
});
