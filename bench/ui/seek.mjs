// Looking back in Chromium: from a press on the time line of a month to the picture of that moment.
//
//   COOKIES=… node seek.mjs ADDRESS SITE CAMERA TIMES      prints one line of JSON
import { createRequire } from 'node:module';

const [address, site, camera, times] = [process.argv[2], process.argv[3], process.argv[4], Number(process.argv[5])];
const { chromium } = createRequire(new URL('../../ui/package.json', import.meta.url))('playwright-core');
const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** By chance, and the same each time. */
let state = 42;
const chance = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
try {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const pair = (cookie) => cookie.split(/=(.*)/s);
  await context.addCookies(process.env.COOKIES.split('; ').map((cookie) => ({ name: pair(cookie)[0], value: pair(cookie)[1], url: address })));
  const page = await context.newPage();
  await page.goto(`${address}/desk/#/playback/${site}/${camera}`);
  const form = page.locator('form.choose');
  await form.locator('select').nth(1).selectOption('accident');
  await form.locator('select').last().selectOption('month');
  await form.locator('button[type=submit]').click();
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, null, { timeout: 60_000 });
  // Standing still, and the whole month on the line.
  const line = page.locator('.axis');
  const wider = page.locator('.zoom button').first();
  for (let n = 0; n < 12; n++) await wider.click();
  const box = await line.boundingBox();
  await page.evaluate(() => {
    const video = document.querySelector('video');
    window.seen = { pressed: 0, took: [] };
    addEventListener('pointerdown', () => (window.seen.pressed = performance.now()), true);
    const shown = (now) => {
      if (window.seen.pressed) window.seen.took.push(now - window.seen.pressed);
      window.seen.pressed = 0;
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  });
  for (let n = 1; n <= times; n++) {
    await page.mouse.click(box.x + box.width * (0.03 + 0.9 * chance()), box.y + box.height / 2);
    await page.waitForFunction((n) => window.seen.took.length >= n, n, { timeout: 30_000 });
    await page.waitForTimeout(200);
  }
  const took = (await page.evaluate(() => window.seen.took)).sort((a, b) => a - b);
  const at = (part) => took[Math.min(took.length - 1, Math.floor(took.length * part))];
  console.log(JSON.stringify({ p50: at(0.5), p90: at(0.9), most: at(1), chromium: browser.version() }));
} finally {
  await browser.close();
}
