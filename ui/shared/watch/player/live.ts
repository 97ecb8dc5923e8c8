/**
 * A live picture from the node in a video element: a WebSocket's pieces of MP4, played close to the present.
 * Promises: it tells in one word how it stands; it tries again by itself, with longer and longer waits; it asks for nothing
 * while the page is hidden; after `stop` it holds neither connection nor memory.
 */
import { OLD_MS, pause, step, type Range } from './edge.ts';

/**
 * `coming` nothing yet, `running`, `old` no new picture for some seconds, `lost` no connection and it is tried again, `asleep` the page is
 * hidden; and for good: `shut` may not be seen, `gone` the camera is watched no longer, `over` the look has ended, `unable` and
 * `h265` this browser cannot play it.
 */
export type Seen = 'coming' | 'running' | 'old' | 'lost' | 'busy' | 'asleep' | 'shut' | 'gone' | 'over' | 'unable' | 'h265';
export type Told = {
  seen: (is: Seen, why?: string) => void;
  /** When the newest picture was taken, in milliseconds since 1970. */
  taken?: (ms: number) => void;
  shape?: (width: number, height: number) => void;
};
export type Live = { stop: () => void };

const SHUT = 4403;
const GONE = 4410;
const LOOKED_AFTER_MS = 500;
/** More pieces than that wait only where the browser has stopped taking them. */
const WAITING_MOST = 240;
const WELL_AFTER_MS = 10_000;
/** How often one of many is given what has come. */
const CALM_MS = 150;

type Word = { kind: 'start'; codec: string; width: number; height: number } | { kind: 'at'; wall_us: number } | { kind: 'gap' };
type Global = typeof globalThis & { ManagedMediaSource?: typeof MediaSource };

const kind = () => (globalThis as Global).ManagedMediaSource ?? globalThis.MediaSource;
export const isH265 = (codec: string): boolean => /^(hvc1|hev1)/.test(codec);
/** How people call it. */
export const codecName = (codec: string): string => (isH265(codec) ? 'H.265' : /^avc[13]/.test(codec) ? 'H.264' : codec);
const typeOf = (codec: string) => `video/mp4; codecs="${codec}"`;
/** Whether this browser plays what is coded so. */
export const playable = (codec: string): boolean => !!kind()?.isTypeSupported(typeOf(codec));
const rangesOf = ({ buffered }: { buffered: TimeRanges }): Range[] => Array.from({ length: buffered.length }, (_, n) => ({ start: buffered.start(n), end: buffered.end(n) }));

function joined(pieces: readonly ArrayBuffer[]): ArrayBuffer {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint8Array(pieces.reduce((sum, one) => sum + one.byteLength, 0));
  let at = 0;
  for (const one of pieces) {
    all.set(new Uint8Array(one), at);
    at += one.byteLength;
  }
  return all.buffer;
}

/** Shows the live picture at this address of the node until it is stopped. `calm`: one of many, which is shown a little later for less work. */
export function live(video: HTMLVideoElement, path: string, told: Told, calm = false): Live {
  let socket: WebSocket | null = null;
  let buffer: SourceBuffer | null = null;
  let url = '';
  let waiting: ArrayBuffer[] = [];
  let failed = 0;
  let openedAt = 0;
  let heardAt = 0;
  let ended = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  let next: ReturnType<typeof setTimeout> | undefined;
  let fedAt = 0;
  let now: Seen | null = null;

  function say(is: Seen, why = ''): void {
    if (now === is && !why) return;
    now = is;
    told.seen(is, why);
  }
  function empty(): void {
    [buffer, waiting] = [null, []];
    video.removeAttribute('src');
    video.load();
    if (url) URL.revokeObjectURL(url);
    url = '';
  }
  function hangUp(): void {
    clearTimeout(again);
    clearTimeout(next);
    const old = socket;
    socket = null;
    old?.close();
    empty();
  }
  /** For good: nothing that is tried again would change it. */
  function end(is: Seen, why = ''): void {
    ended = true;
    hangUp();
    say(is, why);
  }
  function retry(): void {
    if (ended) return;
    hangUp();
    say('lost');
    again = setTimeout(call, pause(failed++, Math.random()));
  }
  function call(): void {
    if (ended || socket) return;
    if (document.visibilityState === 'hidden') return say('asleep');
    if (now !== 'lost') say('coming');
    const mine = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`);
    let opened = false;
    socket = mine;
    mine.binaryType = 'arraybuffer';
    mine.onopen = () => {
      opened = true;
      openedAt = heardAt = performance.now();
    };
    mine.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket === mine) hear(data);
    };
    mine.onclose = ({ code }) => {
      if (socket !== mine) return;
      if (code === SHUT) end('shut');
      else if (code === GONE) end('gone');
      else if (opened) retry();
      else void refused();
    };
  }
  /** A browser is not told why a WebSocket was refused; the same question without one is answered. */
  async function refused(): Promise<void> {
    const asked = socket;
    const answer = await fetch(path, { credentials: 'same-origin', cache: 'no-store', headers: { 'Accept-Language': document.documentElement.lang } }).catch(() => null);
    const problem = ((await answer?.json().catch(() => null)) ?? null) as { code?: string; fields?: { detail?: string }[]; detail?: string } | null;
    if (ended || socket !== asked) return;
    const code = problem?.code ?? '';
    if (code === 'no_look') end('over');
    else if (code === 'camera_shut') end('shut', problem?.fields?.[0]?.detail ?? problem?.detail);
    else if (code === 'no_camera' || answer?.status === 401) end('gone');
    else {
      retry();
      if (code === 'too_many_viewers') say('busy');
    }
  }
  function hear(data: string | ArrayBuffer): void {
    if (typeof data !== 'string') {
      heardAt = performance.now();
      waiting.push(data);
      if (waiting.length > WAITING_MOST) return retry();
      return feed();
    }
    const word = JSON.parse(data) as Word;
    if (word.kind === 'start') begin(word.codec, word.width, word.height);
    else if (word.kind === 'at') told.taken?.(word.wall_us / 1_000);
  }
  function begin(codec: string, width: number, height: number): void {
    empty();
    if (!playable(codec)) return end(isH265(codec) ? 'h265' : 'unable');
    if (width && height) told.shape?.(width, height);
    const source = new (kind())();
    url = URL.createObjectURL(source);
    const mine = url;
    video.disableRemotePlayback = true;
    video.muted = true;
    video.src = url;
    source.addEventListener('sourceopen', () => {
      if (mine !== url || buffer) return;
      buffer = source.addSourceBuffer(typeOf(codec));
      buffer.addEventListener('updateend', () => {
        feed();
        if (video.readyState < 2) look();
      });
      feed();
    });
  }
  function feed(): void {
    if (!buffer || buffer.updating || waiting.length === 0) return;
    const soon = fedAt + (calm ? CALM_MS : 0) - performance.now();
    if (soon > 0) {
      clearTimeout(next);
      next = setTimeout(feed, soon);
      return;
    }
    fedAt = performance.now();
    const pieces = waiting;
    waiting = [];
    try {
      buffer.appendBuffer(joined(pieces));
    } catch {
      retry();
    }
  }
  /** Twice a second: is it close to the present, and are pictures still coming? */
  function look(): void {
    if (!buffer || ended) return;
    const { to, rate, drop } = step(video.currentTime, rangesOf(buffer));
    if (to !== null) video.currentTime = to;
    if (video.playbackRate !== rate) video.playbackRate = rate;
    if (drop !== null && !buffer.updating) buffer.remove(0, drop);
    if (video.paused) void video.play().catch(() => undefined);
    if (performance.now() - openedAt > WELL_AFTER_MS) failed = 0;
    const old = performance.now() - heardAt > OLD_MS;
    if (old && now === 'running') say('old');
    if (!old && video.readyState >= 2) say('running');
  }
  function turned(): void {
    if (ended) return;
    if (document.visibilityState === 'hidden') {
      hangUp();
      say('asleep');
    } else call();
  }

  const timer = setInterval(look, LOOKED_AFTER_MS);
  video.addEventListener('loadeddata', look);
  document.addEventListener('visibilitychange', turned);
  call();
  return {
    stop: () => {
      ended = true;
      clearInterval(timer);
      video.removeEventListener('loadeddata', look);
      document.removeEventListener('visibilitychange', turned);
      hangUp();
    },
  };
}
