import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AGAIN_MS, speedOf, STILL, Turning, turnOf, TURNS, type Speed } from './turning.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const settled = () => vi.advanceTimersByTimeAsync(0);

test('it turns while the button is held, and stops once when it is let go', async () => {
  const sent: Speed[] = [];
  const turning = new Turning((speed) => Promise.resolve(sent.push(speed)), () => expect.unreachable());
  turning.press('left');
  await vi.advanceTimersByTimeAsync(2 * AGAIN_MS);
  expect(sent).toEqual(Array(3).fill(speedOf('left')));
  turning.release();
  turning.release();
  await vi.advanceTimersByTimeAsync(5 * AGAIN_MS);
  expect(sent.slice(3)).toEqual([STILL]);
});

test('letting go while the first word is on its way is said after it, never before', async () => {
  const sent: Speed[] = [];
  let arrived = () => {};
  const turning = new Turning((speed) => (sent.push(speed), new Promise<void>((done) => (arrived = done))), () => expect.unreachable());
  turning.press('up');
  turning.release();
  await settled();
  expect(sent).toEqual([speedOf('up')]);
  arrived();
  await settled();
  expect(sent).toEqual([speedOf('up'), STILL]);
});

test('what the node refuses is said once, and not asked for again', async () => {
  const said: unknown[] = [];
  const turning = new Turning(() => Promise.reject(new Error('busy')), (reason) => said.push(reason));
  turning.press('closer');
  await vi.advanceTimersByTimeAsync(5 * AGAIN_MS);
  expect(said).toHaveLength(1);
});

test('arrows, plus and minus turn; other keys are left alone', () => {
  expect(['ArrowLeft', 'ArrowUp', '+', '-'].map(turnOf)).toEqual(['left', 'up', 'closer', 'wider']);
  expect(turnOf('Enter')).toBeNull();
  expect(new Set(TURNS.map((one) => JSON.stringify(speedOf(one)))).size).toBe(TURNS.length);
});
