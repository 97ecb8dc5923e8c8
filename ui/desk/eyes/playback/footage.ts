/**
 * What was recorded, as the node gives it to whoever said why they look. A look that has ended by itself is opened again, with the
 * same purpose; a camera that may not be seen says why, and shuts no other.
 */
import { api, Trouble } from '@shared/api/client.ts';
import { words } from '@shared/api/words.ts';
import type { components } from '@shared/api/schema.d.ts';
import { desk } from '../../api.ts';
import { raw, stillOf, type StillPicture } from '../stills.ts';
import { looksFor, type Camera } from '../wall.ts';
import type { Span } from './axis.ts';

type S = components['schemas'];
export type Asked = { cameras: readonly Camera[]; named: Pick<S['LookWanted'], 'purpose' | 'case' | 'order' | 'delay'>; span: Span };
/** A piece of a recorded file; `at` and `ends` in milliseconds since 1970, the rest in bytes. */
export type Piece = { file: string; init: number; codec: string; at: number; ends: number; offset: number; length: number; key: boolean; gap: boolean };

const iso = (ms: number) => new Date(ms).toISOString();
const isOver = (reason: unknown) => reason instanceof Trouble && reason.problem?.code === 'no_look';
const isBare = (reason: unknown) => reason instanceof Trouble && (reason.problem?.fields ?? []).some((one) => one.code === 'camera_not_masked');

export class Footage {
  /** Why a camera shows nothing at all. */
  readonly shut = new Map<string, string>();
  /** Cameras that are shut because their home's marks are not on the picture: a covered copy can be handed out all the same. */
  readonly bare = new Set<string>();
  readonly #looks = new Map<string, string>();
  readonly #renewing = new Map<string, Promise<string>>();
  readonly #groups: string[][];

  private constructor(readonly asked: Asked) {
    this.#groups = looksFor(asked.cameras);
  }

  /** Opens the looks; fails where no camera may be seen at all. */
  static async open(asked: Asked): Promise<Footage> {
    const footage = new Footage(asked);
    const failed: unknown[] = [];
    await Promise.all(footage.#groups.map(async (group) => {
      try {
        await footage.#open(group);
      } catch (reason) {
        failed.push(reason);
        const { title, fields } = words(reason);
        for (const camera of group) footage.shut.set(camera, Object.values(fields)[0] ?? title);
        if (isBare(reason)) for (const camera of group) footage.bare.add(camera);
      }
    }));
    if (failed.length === footage.#groups.length && footage.bare.size === 0) throw failed[0] ?? new Trouble('unreachable', 0, null);
    return footage;
  }

  async #open(group: readonly string[]): Promise<string> {
    const { named, span } = this.asked;
    const { id } = await desk.look({ cameras: [...group], kind: 'playback', ...named, span: { from: iso(span.from), to: iso(span.to) } });
    for (const camera of group) this.#looks.set(camera, id);
    return id;
  }

  async #with<T>(camera: string, ask: (look: string) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#looks.get(camera) ?? '');
    } catch (reason) {
      if (!isOver(reason)) throw reason;
      const group = this.#groups.find((one) => one.includes(camera)) ?? [camera];
      const key = group.join();
      const renewed = this.#renewing.get(key) ?? this.#open(group).finally(() => this.#renewing.delete(key));
      this.#renewing.set(key, renewed);
      return ask(await renewed);
    }
  }

  /** When there is footage of a camera, in the whole stretch that was asked for. */
  async spans(camera: string): Promise<Span[]> {
    const { from, to } = this.asked.span;
    const { spans } = await this.#with(camera, (id) => api.get('/api/looks/{id}/cameras/{camera}/timeline', { params: { id, camera }, query: { from: iso(from), to: iso(to) } }));
    return spans.map((one) => ({ from: Date.parse(one.from), to: Date.parse(one.to) }));
  }

  /** The pieces of a stretch, the oldest first; the node lists no more than 2,000. */
  async pieces(camera: string, { from, to }: Span): Promise<Piece[]> {
    const answer = await this.#with(camera, (id) => api.get('/api/looks/{id}/cameras/{camera}/fragments', { params: { id, camera }, query: { from: iso(from), to: iso(to) } }));
    return answer.fragments.map((one) => {
      const file = answer.files[one.file]!;
      const at = Date.parse(one.at);
      return { file: file.name, init: file.init_length, codec: file.codec, at, ends: at + one.millis, offset: one.offset, length: one.length, key: one.key, gap: one.gap };
    });
  }

  /** These bytes of a file, `to` not included. */
  bytes(camera: string, file: string, from: number, to: number): Promise<ArrayBuffer> {
    return this.#with(camera, async (id) => (await raw(`/api/looks/${id}/cameras/${camera}/files/${file}`, { Range: `bytes=${from}-${to - 1}` })).arrayBuffer());
  }

  /** One picture of that moment, or the first after it. */
  still(camera: string, at: number): Promise<StillPicture> {
    return this.#with(camera, (id) => stillOf(id, camera, at));
  }

  end(): void {
    for (const id of new Set(this.#looks.values())) void desk.lookEnd(id).catch(() => undefined);
    this.#looks.clear();
  }
}
