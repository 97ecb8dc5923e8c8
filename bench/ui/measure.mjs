// The apps in Chromium, served by the real node: first load on a slow phone and network, and from a press to the board.
//
//   LIENGIA_BIN=… node measure.mjs FOLDER LOADS PRESSES      prints one line of JSON
import { spawn } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';

const [folder, loads, presses] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const { chromium } = createRequire(new URL('../../ui/package.json', import.meta.url))('playwright-core');
const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const CPU_SLOWDOWN = 4;
const BYTES_A_SECOND = 400_000 / 8;
const LATENCY_MS = 100;
const FIRE = 'button[aria-describedby=fire-how]';

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** The demo on this data; its links by role. */
async function demo(data) {
  const port = await freePort();
  const at = ['--without-cameras', '--port', port, '--mqtt-port', await freePort(), '--data', data].map(String);
  const child = spawn(process.env.LIENGIA_BIN, ['demo', ...at], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const links = await new Promise((resolve, reject) => {
    const hear = (bytes) => {
      said += bytes;
      if (/Stop with Ctrl-C/.test(said)) resolve(Object.fromEntries([...said.matchAll(/^ +(\w+) +(http:\S+)/gm)].map((match) => [match[1], match[2]])));
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
  return { links, stop };
}

/** A browser of its own, let in by a one-time link. */
async function enter(browser, link, look) {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  await page.goto(link);
  await page.waitForURL((url) => !url.pathname.startsWith('/demo'));
  return { context, page };
}

/** The bytes of a body as the node sends it to someone who takes gzip. */
const gzipped = (url) =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname } = new URL(url);
    const asked = { host: '127.0.0.1', port, path: pathname, headers: { host: `${hostname}:${port}`, 'accept-encoding': 'gzip' } };
    get(asked, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk) => (bytes += chunk.length)).on('end', () => resolve(bytes));
    }).on('error', reject);
  });

/** One first visit of a household whose phone has nothing yet: seconds until FIRE can be pressed, and what was fetched. */
async function firstVisit(browser, state, url) {
  const context = await browser.newContext({ ...PHONE, storageState: state });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: LATENCY_MS, downloadThroughput: BYTES_A_SECOND, uploadThroughput: BYTES_A_SECOND });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  const files = new Set();
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    if (!path.startsWith('/api/')) files.add(request.url());
  });
  const from = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator(FIRE).waitFor();
  const usable = (performance.now() - from) / 1000;
  const wanted = [...files];
  await context.close();
  return { usable, wanted };
}

/** One press on a phone, until the desk's board has painted it: milliseconds. */
async function pressToBoard(browser, links) {
  const officer = await enter(browser, links.officer, { viewport: { width: 1920, height: 1080 } });
  await officer.page.locator('h1').first().waitFor();
  const household = await enter(browser, links.household, PHONE);
  const box = await (await household.page.waitForSelector(FIRE)).boundingBox();
  const shown = officer.page.evaluate(() => {
    const painted = (done) => requestAnimationFrame(() => setTimeout(() => done(Date.now())));
    return new Promise((done) => {
      const look = () => document.querySelector('#incident-title') && (watch.disconnect(), painted(done));
      const watch = new MutationObserver(look);
      watch.observe(document.body, { childList: true, subtree: true });
      look();
    });
  });
  const sent = household.page.waitForRequest((request) => request.method() === 'POST' && new URL(request.url()).pathname === '/api/alarms');
  await household.page.bringToFront();
  await household.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await household.page.mouse.down();
  const request = await sent;
  await household.page.mouse.up();
  const seen = await shown;
  await request.response();
  const took = seen - request.timing().startTime;
  await Promise.all([officer.context.close(), household.context.close()]);
  return took;
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
const template = join(folder, 'template');
const visits = [];
let homeBytes = 0;
const first = await demo(template);
try {
  const { context, page } = await enter(browser, first.links.household, PHONE);
  await page.locator(FIRE).waitFor();
  const { cookies } = await context.storageState();
  const url = new URL('/', page.url()).href;
  await context.close();
  for (let n = 0; n < loads; n++) {
    const { usable, wanted } = await firstVisit(browser, { cookies, origins: [] }, url);
    visits.push(usable);
    if (n === 0) for (const file of wanted) homeBytes += await gzipped(file);
  }
} finally {
  await first.stop();
}
const boards = [];
for (let n = 0; n < presses; n++) {
  // A fresh copy each time: a second press in the same home would join the first alarm.
  const data = join(folder, `press-${n}`);
  cpSync(template, data, { recursive: true });
  const one = await demo(data);
  try {
    boards.push(await pressToBoard(browser, one.links));
  } finally {
    await one.stop();
    rmSync(data, { recursive: true });
  }
}
const version = browser.version();
await browser.close();
console.log(JSON.stringify({ home_gz_kb: homeBytes / 1000, visits, boards, chromium: version }));
