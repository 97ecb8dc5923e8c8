import { expect, test } from 'vitest';
import { between, changed, CHANGES, keyed, LEAST, middle, moved, same, sized, spot, under, type Mask } from './masks.ts';

const box = { left: 16, top: 100, width: 320, height: 180 };

test('a finger is somewhere on the picture, even where it runs off', () => {
  expect(spot({ clientX: 176, clientY: 190 }, box)).toEqual({ x: 500, y: 500 });
  expect(spot({ clientX: 0, clientY: 999 }, box)).toEqual({ x: 0, y: 1000 });
});

test('a rectangle is drawn from any corner, and a mere touch draws none', () => {
  expect(between({ x: 700, y: 100 }, { x: 200, y: 400 })).toEqual({ x: 200, y: 100, width: 500, height: 300 });
  expect(between({ x: 500, y: 500 }, { x: 505, y: 900 })).toBeNull();
});

test('whatever is done to it, it stays on the picture and can be seen', () => {
  for (const change of CHANGES) {
    let mask: Mask = middle;
    for (let n = 0; n < 100; n += 1) mask = changed(mask, change);
    expect(mask.x).toBeGreaterThanOrEqual(0);
    expect(mask.y).toBeGreaterThanOrEqual(0);
    expect(mask.x + mask.width).toBeLessThanOrEqual(1000);
    expect(mask.y + mask.height).toBeLessThanOrEqual(1000);
    expect(Math.min(mask.width, mask.height)).toBeGreaterThanOrEqual(LEAST);
  }
  expect(moved(middle, 5000, 0)).toEqual({ ...middle, x: 700 });
  expect(sized(middle, 5000, 0)).toEqual({ ...middle, width: 650 });
});

test('the one on top is under the finger', () => {
  const masks = [middle, { ...middle, x: 400 }];
  expect(under(masks, { x: 500, y: 500 })).toBe(1);
  expect(under(masks, { x: 360, y: 500 })).toBe(0);
  expect(under(masks, { x: 10, y: 10 })).toBe(-1);
});

test('arrows move, with Shift they stretch, and other keys are left alone', () => {
  expect(keyed('ArrowUp', false)).toBe('up');
  expect(keyed('ArrowRight', true)).toBe('wider');
  expect(keyed('Enter', false)).toBeNull();
});

test('masks are the same when they lie in the same places', () => {
  expect(same([middle], [{ ...middle }])).toBe(true);
  expect(same([middle], [])).toBe(false);
});
