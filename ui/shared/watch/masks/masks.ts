/** Rectangles on a picture, in thousandths of its width and height, by finger and by keyboard. Pure. */
import type { components } from '@shared/api/schema.d.ts';

export type Mask = components['schemas']['Mask'];
type Spot = { x: number; y: number };

const WHOLE = 1000;
/** Less than this nobody sees, and no finger means. */
export const LEAST = 40;
export const MOST_MASKS = 8;
/** How far one touch of a key moves or stretches. */
export const STEP = 20;

const within = (n: number, least: number, most: number): number => Math.round(Math.min(most, Math.max(least, n)));

/** Where a finger is, on a picture that lies there on the screen. */
export function spot(at: { clientX: number; clientY: number }, box: { left: number; top: number; width: number; height: number }): Spot {
  return { x: within(((at.clientX - box.left) / box.width) * WHOLE, 0, WHOLE), y: within(((at.clientY - box.top) / box.height) * WHOLE, 0, WHOLE) };
}

/** The rectangle between where a finger came down and where it is now; null while it is too small to be meant. */
export function between(a: Spot, b: Spot): Mask | null {
  const mask = { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
  return mask.width < LEAST || mask.height < LEAST ? null : mask;
}

/** Moves it; it stays whole on the picture. */
export function moved(mask: Mask, dx: number, dy: number): Mask {
  return { ...mask, x: within(mask.x + dx, 0, WHOLE - mask.width), y: within(mask.y + dy, 0, WHOLE - mask.height) };
}

/** Stretches it to the right and downwards. */
export function sized(mask: Mask, dx: number, dy: number): Mask {
  return { ...mask, width: within(mask.width + dx, LEAST, WHOLE - mask.x), height: within(mask.height + dy, LEAST, WHOLE - mask.y) };
}

/** A new one without a finger: in the middle. */
export const middle: Mask = { x: 350, y: 350, width: 300, height: 300 };

/** The topmost one under a finger, or -1. */
export function under(masks: readonly Mask[], at: Spot): number {
  const holds = ({ x, y, width, height }: Mask) => at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height;
  return masks.reduce((top, mask, index) => (holds(mask) ? index : top), -1);
}

export type Change = 'left' | 'right' | 'up' | 'down' | 'wider' | 'narrower' | 'taller' | 'lower';
export const CHANGES: readonly Change[] = ['left', 'right', 'up', 'down', 'wider', 'narrower', 'taller', 'lower'];

export function changed(mask: Mask, change: Change): Mask {
  switch (change) {
    case 'left':
      return moved(mask, -STEP, 0);
    case 'right':
      return moved(mask, STEP, 0);
    case 'up':
      return moved(mask, 0, -STEP);
    case 'down':
      return moved(mask, 0, STEP);
    case 'wider':
      return sized(mask, STEP, 0);
    case 'narrower':
      return sized(mask, -STEP, 0);
    case 'taller':
      return sized(mask, 0, STEP);
    case 'lower':
      return sized(mask, 0, -STEP);
  }
}

/** What a key does to the chosen one: arrows move it, with Shift they stretch it. */
export function keyed(key: string, shift: boolean): Change | null {
  const plain: Record<string, Change> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
  const shifted: Record<string, Change> = { ArrowLeft: 'narrower', ArrowRight: 'wider', ArrowUp: 'lower', ArrowDown: 'taller' };
  return (shift ? shifted : plain)[key] ?? null;
}

export const same = (a: readonly Mask[], b: readonly Mask[]): boolean => JSON.stringify(a.map(flat)) === JSON.stringify(b.map(flat));
const flat = ({ x, y, width, height }: Mask): number[] => [x, y, width, height];
