import { describe, expect, test } from 'vitest';
import { CYCLE_S, cycle, isOn } from './pattern.ts';

/** Lengths of sound and silence over one cycle, in milliseconds, sampled every 10 ms. */
function lengths(): string[] {
  const runs: [boolean, number][] = [];
  for (let ms = 0; ms < CYCLE_S * 1000; ms += 10) {
    const on = isOn(ms / 1000);
    const last = runs.at(-1);
    if (last && last[0] === on) last[1] += 10;
    else runs.push([on, 10]);
  }
  return runs.map(([on, ms]) => `${on ? 'on' : 'off'} ${ms}`);
}

describe('the evacuation signal of ISO 8201', () => {
  test('is three half-second pulses and then one and a half seconds of silence', () => {
    expect(lengths()).toEqual(['on 500', 'off 500', 'on 500', 'off 500', 'on 500', 'off 1500']);
  });
  test('begins again after four seconds', () => expect(isOn(4.2)).toBe(true));
  test('is silent in the pauses and loud in the pulses', () => {
    const rate = 8000;
    const samples = cycle('live', rate);
    const loudest = (from: number, to: number) => Math.max(...samples.slice(from * rate, to * rate).map(Math.abs));
    expect(loudest(0.1, 0.4)).toBeCloseTo(0.8, 1);
    expect(loudest(0.5, 1)).toBe(0);
    expect(loudest(2.5, 4)).toBe(0);
  });
});

test('a late press sounds different from both: it sounds on through the first pause of the signal, and rests two seconds', () => {
  const rate = 8000;
  const late = cycle('late', rate);
  const loudest = (from: number, to: number) => Math.max(...late.slice(from * rate, to * rate).map(Math.abs));
  expect(loudest(0.5, 0.59)).toBeGreaterThan(0.6);
  expect(loudest(1.1, 1.5)).toBeGreaterThan(0.6);
  expect(loudest(0.62, 0.98)).toBe(0);
  expect(loudest(1.62, 4)).toBe(0);
});

test('a drill sounds different: it swells and fades where the signal pulses', () => {
  const rate = 8000;
  const drill = cycle('drill', rate);
  const loudest = (from: number, to: number) => Math.max(...drill.slice(from * rate, to * rate).map(Math.abs));
  expect(loudest(0.5, 1)).toBeGreaterThan(0.1);
  expect(loudest(2.2, 2.5)).toBeLessThan(0.05);
});
