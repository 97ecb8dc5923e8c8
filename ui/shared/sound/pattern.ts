/**
 * The sounds as numbers. Live: the three-pulse evacuation signal of ISO 8201 (0.5 s on, 0.5 s off, three times, then 1.5 s
 * silence; the cycle lasts 4 s), a 520 Hz square wave, which wakes sleepers and older ears best. Drill: two soft bell strokes
 * in 4 s, not to be mistaken for it. Late, for a press that the desk must settle: twice in 4 s a tone that rises, as a
 * question does, without a pause within. Pure.
 */
export type Sound = 'live' | 'late' | 'drill';

export const CYCLE_S = 4;
const PULSE_S = 0.5;
const RAMP_S = 0.005;

/** Whether the live signal sounds at this moment of its cycle. */
export function isOn(seconds: number): boolean {
  const at = seconds % CYCLE_S;
  return at < 3 && at % 1 < PULSE_S;
}

/** How loud, 0 to 1, with short ramps so that a small loudspeaker does not click. */
function level(seconds: number): number {
  if (!isOn(seconds)) return 0;
  const at = (seconds % CYCLE_S) % 1;
  return Math.min(1, at / RAMP_S, (PULSE_S - at) / RAMP_S);
}

function live(t: number): number {
  return level(t) * 0.8 * Math.sign(Math.sin(2 * Math.PI * 520 * t));
}

function stroke(t: number, hertz: number): number {
  return t < 0 ? 0 : Math.exp(-3 * t) * Math.sin(2 * Math.PI * hertz * t);
}

function drill(t: number): number {
  return 0.5 * stroke(t, 880) + 0.5 * stroke(t - 0.7, 660);
}

/** A tone that begins at `from`, with the same short ramps. */
function tone(t: number, from: number, seconds: number, hertz: number): number {
  const at = t - from;
  if (at < 0 || at > seconds) return 0;
  return Math.min(1, at / RAMP_S, (seconds - at) / RAMP_S) * Math.sin(2 * Math.PI * hertz * at);
}

function late(t: number): number {
  return 0.7 * [0, 1].reduce((sum, from) => sum + tone(t, from, 0.25, 600) + tone(t, from + 0.25, 0.35, 900), 0);
}

const WAVES: Record<Sound, (seconds: number) => number> = { live, late, drill };

/** One cycle of samples, to be repeated without a seam. */
export function cycle(mode: Sound, rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(CYCLE_S * rate);
  const wave = WAVES[mode];
  for (let i = 0; i < samples.length; i++) samples[i] = wave(i / rate);
  return samples;
}
