/**
 * The typed way to the node: every path, body and answer is checked against the OpenAPI document.
 * Promises: each call ends within its time-out; each write carries an idempotency key; a refusal arrives as the
 * node's own words in the caller's language. Never retries by itself: what must not get lost goes through the outbox.
 */
import type { paths } from './schema.d.ts';
import { uuidv7 } from '../id.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type With<M extends Method> = { [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never }[keyof paths];
type Op<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Json<R> = R extends { content: { 'application/json': infer B } } ? B : undefined;
type Good = 200 | 201 | 202 | 204;
type Answer<O> = O extends { responses: infer R } ? Json<R[Extract<keyof R, Good>]> : never;
type PathParams<O> = O extends { parameters: { path: infer Q } } ? Q : undefined;
/** What is null or undefined is left out of the address. */
type Query<O> = O extends { parameters: { query?: infer Q } } ? { [K in keyof Q]: Q[K] | null | undefined } : undefined;

/** What takes a body cannot be called without one. */
type Sent<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? { body: B } : { body?: undefined };

export type Options<O> = Sent<O> & {
  params?: PathParams<O>;
  query?: Query<O>;
  /** Give the same key when the same act is tried again. */
  key?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
};

export type Problem = { code: string; title: string; detail: string; status: number; fields?: { field: string; code: string; detail: string }[]; [more: string]: unknown };

/** Why a call brought no answer. `unreachable`: no connection or no answer in time. `refused`: the node said no, and why. */
export class Trouble extends Error {
  constructor(
    readonly kind: 'unreachable' | 'refused',
    readonly status: number,
    readonly problem: Problem | null,
  ) {
    super(problem ? `${problem.code} (${status})` : kind);
  }
  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return this.kind === 'unreachable' || [408, 425, 429, 500, 502, 503, 504].includes(this.status);
  }
}

let language: () => string = () => 'vi';
let onSignedOut: () => void = () => {};

/** How the client learns the chosen language, and whom it tells when the session is gone. */
export function startClient(options: { language: () => string; onSignedOut?: () => void }): void {
  language = options.language;
  onSignedOut = options.onSignedOut ?? onSignedOut;
}

export const TIMEOUT_MS = 10_000;

export function fillPath(path: string, params?: Record<string, string | number>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params?.[name] ?? '')));
}

function queryText(query?: Record<string, unknown>): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return pairs.length ? '?' + new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString() : '';
}

/** One request with its time limit. Shared by the client, the outbox and the service worker. */
export async function send(method: string, url: string, options: { body?: unknown; key?: string; lang?: string; timeoutMs?: number; signal?: AbortSignal | undefined }): Promise<unknown> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), options.timeoutMs ?? TIMEOUT_MS);
  options.signal?.addEventListener('abort', () => limit.abort(), { once: true });
  try {
    const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': options.lang ?? 'vi' };
    if (method !== 'GET') headers['Idempotency-Key'] = options.key ?? uuidv7(Date.now());
    if (options.body !== undefined) headers['Content-Type'] = 'application/json';
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store', signal: limit.signal };
    if (options.body !== undefined) init.body = JSON.stringify(options.body);
    const response = await fetch(url, init);
    const text = response.status === 204 ? '' : await response.text();
    const speaksJson = /json/.test(response.headers.get('Content-Type') ?? '');
    const json: unknown = text && speaksJson ? JSON.parse(text) : undefined;
    // A Wi-Fi log-in page answers 200 too: what is not JSON did not come from the node.
    if (response.ok && text && !speaksJson) throw new Trouble('unreachable', 0, null);
    if (response.ok) return json;
    throw new Trouble('refused', response.status, (json as Problem | undefined) ?? null);
  } catch (reason) {
    if (reason instanceof Trouble) throw reason;
    throw new Trouble('unreachable', 0, null);
  } finally {
    clearTimeout(timer);
  }
}

type Loose = { params?: Record<string, string>; query?: Record<string, unknown>; body?: unknown; key?: string; timeoutMs?: number; signal?: AbortSignal };

async function call(method: Method, path: string, options: Loose): Promise<unknown> {
  const url = fillPath(path, options.params) + queryText(options.query);
  try {
    return await send(method.toUpperCase(), url, { ...options, lang: language() });
  } catch (reason) {
    if (reason instanceof Trouble && reason.status === 401) onSignedOut();
    throw reason;
  }
}

type Needed<O> = object extends O ? [options?: O] : [options: O];

function verb<M extends Method>(method: M) {
  return <P extends With<M>>(path: P, ...[options]: Needed<Options<Op<P, M>>>): Promise<Answer<Op<P, M>>> => call(method, path as string, (options ?? {}) as Loose) as Promise<Answer<Op<P, M>>>;
}

/** `api.get('/api/home')`, `api.post('/api/alarms/{id}/looked', {params: {id}, body: {saw: 'fire'}})` */
export const api = { get: verb('get'), post: verb('post'), put: verb('put'), patch: verb('patch'), delete: verb('delete') };
