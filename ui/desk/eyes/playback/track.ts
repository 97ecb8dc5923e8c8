/**
 * One camera's recorded picture in a video element, placed by the clock: where in the picture a moment stands is the moment itself, so that
 * several cameras stay in step. It fetches what is about to be shown, and lets go of what was.
 */
import { isH265, playable } from '@shared/watch/player/live.ts';
import { covers, type Span } from './axis.ts';
import type { Footage, Piece } from './footage.ts';
import { batch, holding, KEPT_MS, wanted } from './load.ts';
import { fragment, timescale } from './mp4.ts';

const LISTED_BEFORE_MS = 15_000;
const LISTED_AFTER_MS = 60_000;
/** A file's clock and the node's may drift so far before a piece is placed anew. */
const DRIFT_S = 0.12;
const REST_MS = 2_000;
/** So near the end of what was listed, it is listed anew. */
const SURE_MS = 1_000;

export class Track {
  /** Why nothing can be shown: of texts, `live-…`. */
  unable: 'unable' | 'h265' | null = null;
  /** How long one picture lasts, as far as is known. */
  pictureMs = 1000 / 15;
  #video: HTMLVideoElement | null = null;
  #source: MediaSource | null = null;
  #buffer: SourceBuffer | null = null;
  #url = '';
  #file = '';
  #scale = 0;
  #codec = '';
  #pieces: Piece[] = [];
  #listed: Span = { from: 0, to: 0 };
  #busy = false;
  #restUntil = 0;
  #over = false;

  /** `origin`: the moment at which the picture's own clock is 0. */
  constructor(readonly footage: Footage, readonly camera: string, readonly spans: readonly Span[], readonly origin: number) {}

  attach(video: HTMLVideoElement): () => void {
    this.#video = video;
    video.muted = true;
    video.disableRemotePlayback = true;
    return () => {
      this.#over = true;
      this.#video = null;
      video.removeAttribute('src');
      video.load();
      if (this.#url) URL.revokeObjectURL(this.#url);
    };
  }
  has(at: number): boolean {
    return covers(this.spans, at);
  }
  /** Whether what belongs to that moment can be shown now, even if that is nothing. */
  ready(at: number): boolean {
    return this.unable !== null || !this.has(at) || holding(this.#held(), at) !== null;
  }
  #held(): Span[] {
    const { buffered } = this.#buffer ?? {};
    return buffered ? Array.from({ length: buffered.length }, (_, n) => ({ from: this.origin + buffered.start(n) * 1000, to: this.origin + buffered.end(n) * 1000 })) : [];
  }
  /** Brings the picture to that moment, moving or still. */
  show(at: number, moving: boolean, rate: number): void {
    const video = this.#video;
    if (!video || !this.#buffer) return;
    const wished = (at - this.origin) / 1000;
    const off = video.currentTime - wished;
    if (!moving || !this.has(at)) {
      if (!video.paused) video.pause();
      if (Math.abs(off) > 0.004 && !video.seeking && this.has(at) && holding(this.#held(), at)) video.currentTime = wished;
      return;
    }
    if (Math.abs(off) > 0.4 * Math.max(1, rate)) {
      if (!video.seeking) video.currentTime = wished;
    } else video.playbackRate = Math.min(16, Math.max(0.0625, rate * (1 - Math.max(-0.2, Math.min(0.2, off * 0.5)))));
    if (video.paused) void video.play().catch(() => undefined);
  }
  /** Fetches what is about to be shown; asked a few times a second. */
  want(at: number, rate: number): void {
    if (this.#busy || this.#over || this.unable || !this.has(at) || performance.now() < this.#restUntil) return;
    const held = this.#held();
    const from = wanted(held, at, rate);
    if (from === null) return;
    this.#busy = true;
    this.#fetch(from, from !== at).catch(() => (this.#restUntil = performance.now() + REST_MS)).finally(() => (this.#busy = false));
  }
  async #fetch(from: number, goesOn: boolean): Promise<void> {
    const least = this.#listed.from + (goesOn ? 0 : LISTED_BEFORE_MS);
    if (from < least || from > this.#listed.to - SURE_MS) await this.#list(from);
    const pieces = batch(this.#pieces, from, goesOn);
    const [first, last] = [pieces[0], pieces.at(-1)];
    if (!first || !last) {
      this.#restUntil = performance.now() + REST_MS;
      return;
    }
    if (!(await this.#open(first))) return;
    const bytes = await this.footage.bytes(this.camera, first.file, first.offset, last.offset + last.length);
    if (this.#over || !this.#buffer) return;
    const head = fragment(bytes);
    if (head && this.#scale > 0) {
      const offset = (first.at - this.origin) / 1000 - head.begins / this.#scale;
      if (Math.abs(offset - this.#buffer.timestampOffset) > DRIFT_S || !goesOn) this.#buffer.timestampOffset = offset;
      if (head.pictures > 0) this.pictureMs = (first.ends - first.at) / head.pictures;
    }
    await this.#append(bytes);
    await this.#letGo(from);
  }
  async #list(from: number): Promise<void> {
    const { span } = this.footage.asked;
    const stretch = { from: Math.max(span.from, from - LISTED_BEFORE_MS), to: Math.min(span.to, from + LISTED_AFTER_MS) };
    this.#pieces = await this.footage.pieces(this.camera, stretch);
    const last = this.#pieces.at(-1);
    this.#listed = { from: stretch.from === span.from ? -Infinity : stretch.from, to: this.#pieces.length >= 2_000 && last ? last.ends : stretch.to };
  }
  /** The picture takes pieces of this file from now on. */
  async #open({ file, init, codec }: Piece): Promise<boolean> {
    if (file === this.#file) return true;
    if (!playable(codec)) {
      this.unable = isH265(codec) ? 'h265' : 'unable';
      return false;
    }
    const type = `video/mp4; codecs="${codec}"`;
    if (!this.#buffer) await this.#begin(type);
    else if (codec !== this.#codec) this.#buffer.changeType(type);
    const bytes = await this.footage.bytes(this.camera, file, 0, init);
    [this.#codec, this.#scale] = [codec, timescale(bytes) ?? 0];
    await this.#append(bytes);
    this.#file = file;
    return true;
  }
  #begin(type: string): Promise<void> {
    const Kind = (globalThis as typeof globalThis & { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource ?? MediaSource;
    const source = new Kind();
    this.#source = source;
    this.#url = URL.createObjectURL(source);
    return new Promise((done) => {
      source.addEventListener('sourceopen', () => {
        this.#buffer = source.addSourceBuffer(type);
        source.duration = (this.footage.asked.span.to - this.origin) / 1000 + 1;
        done();
      }, { once: true });
      this.#video!.src = this.#url;
    });
  }
  async #append(bytes: ArrayBuffer): Promise<void> {
    const buffer = this.#buffer;
    if (!buffer || this.#over || this.#source?.readyState !== 'open') return;
    await settled(buffer, () => buffer.appendBuffer(bytes));
  }
  /** What was shown a while ago, and what was fetched before a jump far ahead. */
  async #letGo(at: number): Promise<void> {
    const buffer = this.#buffer;
    for (const { from, to } of this.#held()) {
      if (!buffer || this.#over) return;
      const second = (ms: number) => Math.max(0, (ms - this.origin) / 1000);
      if (from < at - 2 * KEPT_MS) await settled(buffer, () => buffer.remove(second(from), second(Math.min(to, at - KEPT_MS))));
      else if (from > at + 120_000) await settled(buffer, () => buffer.remove(second(from), second(to)));
    }
  }
}

function settled(buffer: SourceBuffer, act: () => void): Promise<void> {
  return new Promise((done, failed) => {
    const over = () => {
      buffer.removeEventListener('updateend', over);
      done();
    };
    buffer.addEventListener('updateend', over);
    try {
      act();
    } catch (reason) {
      buffer.removeEventListener('updateend', over);
      failed(reason);
    }
  });
}
