import { expect, test } from 'vitest';
import { signal } from './signal.ts';

test('one bell that works is enough', () => {
  expect(signal([{ kind: 'bell', state: 'fault' }, { kind: 'combined', state: 'ok' }])).toBe('ok');
});

test('a button that works wakes nobody', () => {
  expect(signal([{ kind: 'button', state: 'ok' }, { kind: 'bell', state: 'fault' }])).toBe('silent');
});

test('a home whose bell was never heard from is not called silent, and not well', () => {
  expect(signal([{ kind: 'bell', state: 'never_seen' }])).toBe('never');
  expect(signal([])).toBe('never');
});
