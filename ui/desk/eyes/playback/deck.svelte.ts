/** One clock for all cameras that are played back: playing, standing, waiting until every picture is there, jumping over gaps. */
import { follow, inside, next, type Span } from './axis.ts';
import type { Track } from './track.ts';

/** So long it waits for a slow camera before the others go on without it. */
const PATIENCE_MS = 6_000;
const FETCHED_EVERY_MS = 150;
/** A tab that was asleep does not make up for it. */
const LONGEST_TICK_MS = 250;

export class Deck {
  at = $state(0);
  playing = $state(false);
  rate = $state(1);
  waiting = $state(false);
  view = $state.raw<Span>({ from: 0, to: 1 });
  mark = $state.raw<{ from: number | null; to: number | null }>({ from: null, to: null });
  #frame = 0;
  #before = 0;
  #waited = 0;
  #fetchedAt = 0;

  constructor(readonly tracks: readonly Track[], readonly limits: Span, at: number, view: Span) {
    this.at = at;
    this.view = inside(view, limits);
  }
  start(): () => void {
    this.#before = performance.now();
    const turn = (time: number) => {
      this.#tick(time);
      this.#frame = requestAnimationFrame(turn);
    };
    this.#frame = requestAnimationFrame(turn);
    return () => cancelAnimationFrame(this.#frame);
  }
  #tick(time: number): void {
    const passed = Math.min(time - this.#before, LONGEST_TICK_MS);
    this.#before = time;
    const all = this.tracks.every((track) => track.ready(this.at));
    this.#waited = all ? 0 : this.#waited + passed;
    this.waiting = !all;
    const moving = this.playing && (all || this.#waited > PATIENCE_MS);
    if (moving) this.#advance(passed * this.rate);
    if (time - this.#fetchedAt > FETCHED_EVERY_MS) {
      this.#fetchedAt = time;
      for (const track of this.tracks) track.want(this.at, this.rate);
    }
    for (const track of this.tracks) track.show(this.at, moving, this.rate);
  }
  #advance(by: number): void {
    const to = next(this.tracks.map((track) => track.spans), this.at + by);
    if (to === null || to >= this.limits.to) {
      this.playing = false;
      return;
    }
    this.at = to;
    this.view = follow(this.view, to, this.limits);
  }
  seek(at: number): void {
    // What is there is asked for with the next picture.
    this.#fetchedAt = 0;
    this.at = Math.min(Math.max(at, this.limits.from), this.limits.to - 1);
    this.view = follow(this.view, this.at, this.limits);
  }
  /** One picture on or back, standing still. */
  step(by: 1 | -1): void {
    this.playing = false;
    const track = this.tracks.find((one) => one.has(this.at));
    this.seek(this.at + by * (track?.pictureMs ?? 1000 / 15));
  }
  /** Where what is handed out begins or ends; the other end stays on its side. */
  set(end: 'from' | 'to'): void {
    const other = end === 'from' ? 'to' : 'from';
    const kept = this.mark[other];
    const fits = kept === null || (end === 'from' ? this.at < kept : this.at > kept);
    this.mark = { from: null, to: null, [other]: fits ? kept : null, [end]: Math.round(this.at) } as { from: number | null; to: number | null };
  }
}
