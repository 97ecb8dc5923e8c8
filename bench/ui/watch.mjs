// The desk's wall in Chromium, with the simulator's cameras: from the burnt-in clock to the screen, and what 16 tiles cost.
//
//   LIENGIA_BIN=… node watch.mjs FOLDER SECONDS      prints one line of JSON
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';

const [folder, seconds] = [process.argv[2], Number(process.argv[3])];
const { chromium } = createRequire(new URL('../../ui/package.json', import.meta.url))('playwright-core');
const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const TILES = 16;
const TICKS_A_SECOND = 100;
/** The clock in the pictures is the commune's. */
const OFFSET_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** The demo with its cameras; the officer's link and where the cameras are. */
async function demo() {
  const at = ['--port', await freePort(), '--mqtt-port', await freePort(), '--camera-port', await freePort(), '--data', join(folder, 'watch')].map(String);
  const child = spawn(process.env.LIENGIA_BIN, ['demo', ...at], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  await new Promise((resolve, reject) => {
    const hear = (bytes) => {
      said += bytes;
      if (/Stop with Ctrl-C/.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', () => reject(new Error(`the demo ended; it said:\n${said}`)));
  });
  const stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners('exit');
      child.on('exit', resolve);
      child.kill('SIGTERM');
    });
  return { link: said.match(/^ +officer +(http:\S+)/m)[1], cameras: said.match(/RTSP on ([\d.]+:\d+)/)[1], stop };
}

/** As the officer: other cameras than the demo's, without small streams, so that each tile shows the whole one. */
const putUp = (page, cameras) =>
  page.evaluate(
    async ([cameras, tiles]) => {
      const ask = async (method, path, body) => {
        const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
        const answer = await fetch(path, { method, headers: method === 'GET' ? {} : headers, ...(body ? { body: JSON.stringify(body) } : {}) });
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
        return answer.status === 204 ? null : answer.json();
      };
      const { items } = await ask('GET', '/api/cameras?limit=200');
      const there = items.filter((one) => !one.household);
      const [facts] = there;
      for (const one of items) await ask('DELETE', `/api/cameras/${one.id}`, { reason: 'bench' });
      for (let n = 1; n <= tiles; n++) {
        const door = { url: `rtsp://${cameras}/cam${((n - 1) % there.length) + 1}`, user: 'camera', password: 'demo' };
        await ask('POST', '/api/cameras', { household: null, facts: { site: facts.site, name: `Camera ${n}`, position: facts.position, direction: 0, angle: 80, reach_m: 40 }, door });
      }
    },
    [cameras, TILES],
  );

/** All processes of this one: its pid and theirs. */
function family() {
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      parents.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]), name: readFileSync(`/proc/${name}/comm`, 'utf8') });
    } catch {
      // It ended meanwhile.
    }
  }
  const mine = (pid) => pid === process.pid || (parents.has(pid) && mine(parents.get(pid).parent));
  return [...parents].filter(([pid, { name }]) => /chrom/.test(name) && mine(pid)).map(([, { ticks }]) => ticks);
}
const ticks = () => family().reduce((sum, one) => sum + one, 0);

/** What the burnt-in clock on the screen is behind by, in milliseconds, of many pictures. */
const glass = (page, pictures) =>
  page.evaluate(
    ([pictures, offset, day]) => {
      const video = document.querySelector('video');
      const canvas = new OffscreenCanvas(640, 16);
      const pen = canvas.getContext('2d', { willReadFrequently: true });
      const behind = [];
      return new Promise((done) => {
        const look = () => {
          pen.drawImage(video, 0, 0, 640, 16, 0, 0, 640, 16);
          const { data } = pen.getImageData(0, 0, 640, 16);
          let stamp = 0;
          for (let n = 0; n < 32; n++) stamp = stamp * 2 + (data[(8 * 640 + n * 16 + 8) * 4] > 127 ? 1 : 0);
          behind.push((((Date.now() + offset) % day) - stamp + day) % day);
          if (behind.length < pictures) video.requestVideoFrameCallback(look);
          else done(behind);
        };
        video.requestVideoFrameCallback(look);
      });
    },
    [pictures, OFFSET_MS, DAY_MS],
  );

const middle = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
const running = await demo();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
try {
  const page = await (await browser.newContext({ viewport: { width: 1920, height: 1080 } })).newPage();
  await page.goto(running.link);
  await page.waitForURL((url) => !url.pathname.startsWith('/demo'));
  await page.locator('h1').first().waitFor();
  await putUp(page, running.cameras);
  await page.goto(new URL('#/wall', page.url()).href);
  await page.reload();
  await page.locator('form.ask select').selectOption('accident');
  await page.locator('form.ask button[type=submit]').click();
  const size = (n) => page.locator('[role=group] button').filter({ hasText: new RegExp(`^${n}$`) }).first().click();
  const plays = (count) => page.waitForFunction((count) => [...document.querySelectorAll('video')].filter((one) => one.videoWidth > 0 && one.currentTime > 0).length >= count, count, { timeout: 60_000 });
  await page.locator('[role=group] button').first().waitFor();
  // One picture alone comes over WebRTC, several over WebSockets.
  await size(1);
  await plays(1);
  await sleep(3_000);
  if (!(await page.evaluate(() => document.querySelector('video').srcObject !== null))) throw new Error('the picture does not come over WebRTC');
  const webrtc = await glass(page, seconds * 10);
  await size(4);
  await plays(4);
  await sleep(3_000);
  const mse = await glass(page, seconds * 10);
  await size(TILES);
  await plays(TILES);
  await sleep(5_000);
  const before = ticks();
  await sleep(seconds * 1000);
  const wall = ((ticks() - before) / TICKS_A_SECOND / seconds) * 100;
  console.log(JSON.stringify({ glass_mse_ms: middle(mse), glass_webrtc_ms: middle(webrtc), wall16_core_pct: wall, chromium: browser.version() }));
} finally {
  await browser.close();
  await running.stop();
}
