import { describe, expect, test } from 'vitest';
import { HOLD_MS, LIFT_GRACE_MS, STRAY_PX, decide, down, idle, isHeld, lift, move, progress } from './hold.ts';

describe('holding FIRE', () => {
  test('for one second sends', () => {
    const hold = down(idle(), 1, 0);
    expect(decide(hold, HOLD_MS - 1)).toBe('wait');
    expect(decide(hold, HOLD_MS)).toBe('fire');
  });
  test('the ring fills as the second passes', () => {
    const hold = down(idle(), 1, 0);
    expect([0, 250, 1000, 4000].map((now) => progress(hold, now))).toEqual([0, 0.25, 1, 1]);
    expect(progress(idle(), 500)).toBe(0);
  });
});

describe('a trembling finger', () => {
  test('may wander outside the button', () => {
    let hold = down(idle(), 1, 0);
    for (const outside of [0, 30, STRAY_PX, 12]) hold = move(hold, 1, outside);
    expect(decide(hold, HOLD_MS)).toBe('fire');
  });
  test('may lose contact for a moment without starting again', () => {
    let hold = down(idle(), 1, 0);
    hold = lift(hold, 1, 400);
    expect(decide(hold, 400 + LIFT_GRACE_MS - 1)).toBe('wait');
    hold = down(hold, 2, 600);
    expect(decide(hold, HOLD_MS)).toBe('fire');
  });
  test('does not send while it is off the glass', () => {
    const hold = lift(down(idle(), 1, 0), 1, HOLD_MS - 10);
    expect(decide(hold, HOLD_MS + 10)).toBe('wait');
  });
  test('with a second finger on the glass changes nothing', () => {
    let hold = down(idle(), 1, 0);
    hold = down(hold, 2, 300);
    hold = lift(hold, 2, 400);
    hold = move(hold, 2, 500);
    expect(decide(hold, HOLD_MS)).toBe('fire');
  });
});

describe('a touch that ends early', () => {
  test('opens the countdown instead of being lost', () => {
    const hold = lift(down(idle(), 1, 0), 1, 100);
    expect(decide(hold, 100 + LIFT_GRACE_MS)).toBe('countdown');
  });
  test('because the system took it away opens the countdown too', () => {
    const hold = lift(down(idle(), 7, 0), 7, 900);
    expect(decide(hold, 2000)).toBe('countdown');
  });
  test('by drawing the finger far away is taken back', () => {
    const hold = move(down(idle(), 1, 0), 1, STRAY_PX + 1);
    expect(isHeld(hold)).toBe(false);
    expect(decide(hold, HOLD_MS)).toBe('nothing');
  });
});
