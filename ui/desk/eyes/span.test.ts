import { expect, test } from 'vitest';
import { spanOf } from './span.ts';

test('a day and two times make a stretch, and nothing else does', () => {
  const span = spanOf('2026-11-29', '18:05', '18:07:30')!;
  expect(new Date(span.to).getTime() - new Date(span.from).getTime()).toBe(150_000);
  expect(new Date(span.from).getHours()).toBe(18);
  for (const [from, to] of [['18:07', '18:05'], ['18:05', '18:05'], ['25:00', '26:00'], ['', '18:00'], ['six', 'seven']]) expect(spanOf('2026-11-29', from!, to!)).toBeNull();
  expect(spanOf('29/11/2026', '18:05', '18:07')).toBeNull();
});
