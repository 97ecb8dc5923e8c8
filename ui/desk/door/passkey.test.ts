import { expect, test } from 'vitest';
import { fromText, toText } from './passkey.ts';

test('bytes become base64url text without padding, and come back as they were', () => {
  const bytes = Uint8Array.from([251, 255, 191, 0, 7]);
  const text = toText(bytes.buffer);
  expect(text).toMatch(/^[\w-]+$/);
  expect([...fromText(text)]).toEqual([...bytes]);
  expect(toText(null)).toBe('');
});
