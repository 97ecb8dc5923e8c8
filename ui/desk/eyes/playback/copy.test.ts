import { expect, test } from 'vitest';
import { middle } from '@shared/watch/masks/masks.ts';
import { copyOf } from './copy.ts';

test('a copy names only what was drawn on, and only what is handed out', () => {
  expect(copyOf('as-recorded', ['a'], { a: [middle] })).toBeNull();
  expect(copyOf('only-copy', ['a', 'b'], { a: [middle], b: [], c: [middle] })).toEqual({ masks: [{ camera: 'a', masks: [middle] }], only_copy: true });
  expect(copyOf('both', ['a'], {})).toEqual({ masks: [], only_copy: false });
});
