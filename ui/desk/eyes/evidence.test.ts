import { expect, test } from 'vitest';
import { covered, isOpen, size, stage, type Export } from './evidence.ts';

const NOW = Date.parse('2026-08-10T00:00:00Z');
const asked = (more: object) => ({ asked_at: '2026-08-09T00:00:00Z', approved: null, made_at: null, fetched_at: null, ...more }) as unknown as Export;

test('a request waits for a week, then lapses', () => {
  expect(stage(asked({}), NOW)).toBe('waits');
  expect(stage(asked({ asked_at: '2026-08-01T00:00:00Z' }), NOW)).toBe('lapsed');
});
test('what was agreed to is made, fetched within a day, or over', () => {
  expect(stage(asked({ approved: true }), NOW)).toBe('making');
  expect(stage(asked({ approved: true, made_at: '2026-08-09T10:00:00Z' }), NOW)).toBe('made');
  expect(stage(asked({ approved: true, made_at: '2026-08-08T10:00:00Z' }), NOW)).toBe('over');
  expect(stage(asked({ approved: true, made_at: '2026-08-08T10:00:00Z', fetched_at: '2026-08-08T11:00:00Z' }), NOW)).toBe('fetched');
  expect(stage(asked({ approved: false }), NOW)).toBe('refused');
  expect(isOpen(asked({ approved: false }), NOW)).toBe(false);
});
test('what is covered is counted over all cameras', () => {
  const mask = { x: 0, y: 0, width: 100, height: 100 };
  expect(covered(asked({}))).toBe(0);
  expect(covered(asked({ copy: { masks: [], only_copy: true } }))).toBe(0);
  expect(covered(asked({ copy: { masks: [{ camera: 'a', masks: [mask, mask] }, { camera: 'b', masks: [mask] }], only_copy: true } }))).toBe(3);
});
test('sizes carry their unit', () => {
  expect(size(400)).toEqual({ n: '1', unit: 'mb' });
  expect(size(123_400_000)).toEqual({ n: '123', unit: 'mb' });
  expect(size(2_340_000_000)).toEqual({ n: '2.3', unit: 'gb' });
});
