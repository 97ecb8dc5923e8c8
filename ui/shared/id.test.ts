import { expect, test } from 'vitest';
import { uuidv7 } from './id.ts';

test('an id is a version 7 UUID', () => {
  expect(uuidv7(Date.now())).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('the time stands in front, so that ids sort by when they were made', () => {
  const zeros = (bytes: Uint8Array) => bytes.fill(0);
  expect(uuidv7(0x0123456789ab, zeros)).toBe('01234567-89ab-7000-8000-000000000000');
  expect(uuidv7(1000, zeros) < uuidv7(1001, zeros)).toBe(true);
});

test('two presses in the same millisecond have different ids', () => {
  expect(uuidv7(1)).not.toBe(uuidv7(1));
});
