/**
 * Plays the alarm. Browsers allow sound only after a touch or a key, so every touch unlocks it, and `soundBlocked()` says
 * when somebody has to touch the screen first. Never decides whether to sound: screens do.
 */
import { cycle, type Sound } from './pattern.ts';

let context: AudioContext | null = null;
let playing: { mode: Sound; source: AudioBufferSourceNode; gain: GainNode } | null = null;
let wanted: Sound | null = null;
let blocked = $state(false);

export const soundBlocked = (): boolean => blocked;

function audio(): AudioContext | null {
  if (!context && typeof AudioContext !== 'undefined') {
    context = new AudioContext();
    context.onstatechange = refresh;
  }
  return context;
}

/** A browser takes a moment to start sounding even where it is allowed to. */
const STARTING_MS = 500;

function refresh(): void {
  if (wanted === null || context?.state === 'running') blocked = false;
  else setTimeout(() => (blocked = wanted !== null && context?.state !== 'running'), STARTING_MS);
  if (wanted && context?.state === 'running') start(wanted);
}

/** Call once: from then on the first touch or key unlocks the sound. */
export function unlockOnTouch(): void {
  const unlock = () => {
    if (wanted === null && context === null) audio();
    if (context?.state !== 'running') void context?.resume().then(refresh, () => undefined);
  };
  // Not when a finger comes down: what then vanishes or moves would take the button from under it.
  for (const kind of ['pointerup', 'keydown', 'click']) addEventListener(kind, unlock, { capture: true, passive: true });
}

function start(mode: Sound): void {
  if (playing?.mode === mode || !context) return;
  stop();
  const samples = cycle(mode, context.sampleRate);
  const buffer = context.createBuffer(1, samples.length, context.sampleRate);
  buffer.copyToChannel(samples, 0);
  const source = context.createBufferSource();
  const gain = context.createGain();
  source.buffer = buffer;
  source.loop = true;
  source.connect(gain).connect(context.destination);
  source.start();
  playing = { mode, source, gain };
}

function stop(): void {
  playing?.source.stop();
  playing?.source.disconnect();
  playing = null;
}

/** Sounds the alarm until told otherwise; null is silence. */
export function sound(mode: Sound | null): void {
  wanted = mode;
  if (mode === null) {
    stop();
    blocked = false;
    return;
  }
  const ctx = audio();
  if (ctx && ctx.state !== 'running') void ctx.resume().then(refresh, () => undefined);
  refresh();
}

/** One short tone, for each second of the countdown. */
export function beep(hertz = 880, seconds = 0.15): void {
  const ctx = audio();
  if (!ctx) return;
  if (ctx.state !== 'running') void ctx.resume().catch(() => undefined);
  const tone = ctx.createOscillator();
  const gain = ctx.createGain();
  tone.frequency.value = hertz;
  tone.type = 'square';
  gain.gain.value = 0.4;
  tone.connect(gain).connect(ctx.destination);
  tone.start();
  tone.stop(ctx.currentTime + seconds);
}
