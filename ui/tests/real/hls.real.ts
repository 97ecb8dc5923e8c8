/**
 * Other players: the link to what a look shows plays in hls.js and in Chromium's own HLS, recorded and live, and a clip by itself. Nothing
 * plays once the look has ended.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from './asks.ts';
import { launch } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { enter, type Person } from './person.ts';

const HLS_JS = readFileSync(createRequire(import.meta.url).resolve('hls.js'), 'utf8');
const MINUTE = 60_000;
type Seen = { at: number; width: number; error: string };
type Looks = { id: string; path: string };
/** What hls.js leaves on the page. */
type Player = new (config: { enableWorker: boolean; liveSyncDurationCount: number }) => { loadSource(url: string): void; attachMedia(video: HTMLVideoElement): void; destroy(): void; on(event: string, heard: (event: string, data: { fatal: boolean; details: string }) => void): void };

let browser: Browser;
let commune: Commune;
let officer: Person;
let camera: string;

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune({ silent: true, cameras: true });
  officer = await enter(browser, commune, 'officer', { lang: 'en' });
  await officer.page.addScriptTag({ content: HLS_JS }).catch(() => officer.page.evaluate(HLS_JS));
  const { items } = await must<{ items: { id: string; household: string | null; recorded: boolean }[] }>(officer.page, 'GET', '/api/cameras?limit=200');
  camera = items.find((one) => !one.household && one.recorded)!.id;
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

/** A look, and the link to what it shows. */
async function link(kind: 'live' | 'playback'): Promise<Looks> {
  const span = kind === 'live' ? null : { from: new Date(Date.now() - 10 * MINUTE).toISOString(), to: new Date().toISOString() };
  const { id } = await must<{ id: string }>(officer.page, 'POST', '/api/looks', { cameras: [camera], kind, purpose: 'accident', span });
  const { path } = await must<{ path: string }>(officer.page, 'POST', `/api/looks/${id}/cameras/${camera}/link`, {});
  return { id, path };
}
/** What the node answers to whoever has the link. */
const fetched = (path: string) => officer.page.evaluate(async (url) => {
  const answer = await fetch(url, { credentials: 'omit' });
  return { status: answer.status, text: await answer.text() };
}, path);
const status = async (path: string) => (await fetched(path)).status;
/** Plays it on the page, and says how far it has come. */
const play = (path: string, by: 'hls.js' | 'chromium' | 'clip') =>
  officer.page.evaluate(([url, way]) => {
    const page = window as unknown as { Hls: Player; playing?: { video: HTMLVideoElement; error: string; end: () => void } };
    page.playing?.end();
    const video = Object.assign(document.createElement('video'), { muted: true, autoplay: true });
    document.body.append(video);
    const playing = { video, error: '', end: () => video.remove() };
    page.playing = playing;
    video.addEventListener('error', () => (playing.error = `${video.error?.code}: ${video.error?.message}`));
    if (way === 'hls.js') {
      const player = new page.Hls({ enableWorker: false, liveSyncDurationCount: 2 });
      player.on('hlsError', (_, data) => data.fatal && (playing.error = data.details));
      player.loadSource(url!);
      player.attachMedia(video);
      playing.end = () => (player.destroy(), video.remove());
    } else video.src = url!;
    void video.play().catch(() => undefined);
  }, [path, by] as const);
const seen = (): Promise<Seen> =>
  officer.page.evaluate(() => {
    const { video, error } = (window as unknown as { playing: { video: HTMLVideoElement; error: string } }).playing;
    return { at: video.currentTime, width: video.videoWidth, error };
  });
/** It shows pictures, and goes on. */
async function plays(): Promise<void> {
  const goes = async () => {
    const one = await seen();
    return one.error || (one.width > 0 && one.at > 0 ? 'plays' : 'waits');
  };
  await expect.poll(goes, { timeout: 30_000 }).toBe('plays');
  const { at } = await seen();
  await expect.poll(async () => (await seen()).at > at + 0.5, { timeout: 20_000 }).toBe(true);
}

test('some seconds are recorded', async () => {
  const pieces = async () => ((await fetched((await link('playback')).path)).text.match(/#EXTINF/g) ?? []).length;
  await expect.poll(pieces, { timeout: 60_000, interval: 2_000 }).toBeGreaterThan(2);
});

test.each(['hls.js', 'chromium'] as const)('%s plays what was recorded, and what happens now', async (by) => {
  for (const kind of ['playback', 'live'] as const) {
    const { id, path } = await link(kind);
    await play(path, by);
    await plays();
    await must(officer.page, 'POST', `/api/looks/${id}/end`, {});
    expect(await status(path)).toBe(404);
  }
});

test('a clip of a recorded file plays by itself', async () => {
  const { path } = await link('playback');
  const { text } = await fetched(path);
  const file = /URI="([^"]+)"/.exec(text)![1]!;
  await play(new URL(file, new URL(path, officer.page.url())).href, 'clip');
  await plays();
});
