/** Looks at several cameras at once: opened with one purpose, opened again when one has ended, ended when the screen goes. */
import { Trouble } from '@shared/api/client.ts';
import { words } from '@shared/api/words.ts';
import type { components } from '@shared/api/schema.d.ts';
import { desk } from '../api.ts';
import { looksFor, type Camera } from './wall.ts';

type Asked = Pick<components['schemas']['LookWanted'], 'purpose' | 'alarm' | 'case' | 'order' | 'delay'>;
/** How one camera is seen: by which look, or why not. */
export type By = { look: string | null; why?: string; webrtc?: boolean };

export class Looks {
  by = $state.raw<Record<string, By>>({});
  #asked: Asked | null = null;
  #cameras: readonly Camera[] = [];
  #open = new Set<string>();
  #renewing = false;
  #turn = 0;

  /** Opens looks at these cameras; what was open ends. The answer is why nothing could be opened, or nothing. */
  async open(cameras: readonly Camera[], asked: Asked): Promise<unknown> {
    const turn = ++this.#turn;
    this.#end();
    [this.#cameras, this.#asked] = [cameras, asked];
    this.by = Object.fromEntries(cameras.map((one) => [one.id, { look: null }]));
    const groups = looksFor(cameras);
    const answers = await Promise.all(groups.map((group) => desk.look({ cameras: group, kind: 'live', ...asked }).then(({ id, webrtc }) => ({ group, id, webrtc, trouble: null }), (trouble: unknown) => ({ group, id: null, webrtc: false, trouble }))));
    for (const { id } of answers) if (id) this.#open.add(id);
    // Somebody chose something else meanwhile: only what was opened here ends.
    if (turn !== this.#turn) {
      this.#end(answers.flatMap(({ id }) => (id ? [id] : [])));
      return null;
    }
    this.by = Object.fromEntries(answers.flatMap(({ group, id, webrtc, trouble }) => group.map((camera) => [camera, id ? { look: id, webrtc } : { look: null, why: shut(trouble) }] as const)));
    return answers.every(({ id }) => id === null) ? (answers[0]?.trouble ?? null) : null;
  }
  /** A look has ended by itself: all are opened again, once. */
  async renew(): Promise<void> {
    if (this.#renewing || !this.#asked) return;
    this.#renewing = true;
    await this.open(this.#cameras, this.#asked).finally(() => (this.#renewing = false));
  }
  /** Looks no longer. */
  close(): void {
    this.#turn += 1;
    [this.#asked, this.#cameras, this.by] = [null, [], {}];
    this.#end();
  }
  #end(ids: readonly string[] = [...this.#open]): void {
    for (const id of ids) {
      this.#open.delete(id);
      void desk.lookEnd(id).catch(() => undefined);
    }
  }
}

function shut(trouble: unknown): string {
  const { title, detail, fields } = words(trouble);
  return trouble instanceof Trouble && trouble.problem?.code === 'camera_shut' ? (Object.values(fields)[0] ?? title) : `${title} ${detail}`;
}
