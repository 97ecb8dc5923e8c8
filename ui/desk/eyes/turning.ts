/**
 * A camera that turns while a button is held. Promises: the last word that is sent is the last that was meant, and it is sent again
 * while the button is held; after letting go a stop is sent, once. Pure but for the timer.
 */
export type Speed = { pan: number; tilt: number; zoom: number };
export type Turn = 'left' | 'right' | 'up' | 'down' | 'closer' | 'wider';

export const STILL: Speed = { pan: 0, tilt: 0, zoom: 0 };
/** Half of what it can: who looks for something must not overshoot. */
const PACE = 0.5;
/** The node lets a camera turn for five seconds without another word. */
export const AGAIN_MS = 2_000;
export const TURNS: readonly Turn[] = ['left', 'up', 'down', 'right', 'closer', 'wider'];

export function speedOf(turn: Turn): Speed {
  switch (turn) {
    case 'left':
      return { ...STILL, pan: -PACE };
    case 'right':
      return { ...STILL, pan: PACE };
    case 'up':
      return { ...STILL, tilt: PACE };
    case 'down':
      return { ...STILL, tilt: -PACE };
    case 'closer':
      return { ...STILL, zoom: PACE };
    case 'wider':
      return { ...STILL, zoom: -PACE };
  }
}

/** What a key means while the buttons have the focus; null for others. */
export function turnOf(key: string): Turn | null {
  const keys: Record<string, Turn> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down', '+': 'closer', '=': 'closer', '-': 'wider' };
  return keys[key] ?? null;
}

export class Turning {
  #wanted: Speed = STILL;
  #busy = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly send: (speed: Speed) => Promise<unknown>,
    private readonly failed: (reason: unknown) => void,
  ) {}

  press(turn: Turn): void {
    this.#wanted = speedOf(turn);
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#tell(), AGAIN_MS);
    void this.#tell();
  }
  release(): void {
    clearInterval(this.#timer);
    if (this.#wanted === STILL) return;
    this.#wanted = STILL;
    void this.#tell();
  }
  /** One word after the other: what is meant meanwhile is said next. */
  async #tell(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      let said: Speed | null = null;
      while (said !== this.#wanted) {
        said = this.#wanted;
        await this.send(said);
      }
    } catch (reason) {
      clearInterval(this.#timer);
      this.#wanted = STILL;
      this.failed(reason);
    } finally {
      this.#busy = false;
    }
  }
}
