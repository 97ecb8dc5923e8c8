/** Every screen: no accessibility violation, nothing scrolls sideways, nothing breaks the policy, no request leaves for another host. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, phone, type Look } from './chromium.ts';
import { SCENES } from './scenes.ts';
import { startStandIn, type StandIn } from './standin.ts';

let browser: Browser;
let standin: StandIn;

beforeAll(async () => {
  standin = await startStandIn();
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await standin?.stop();
});

const LOOKS: Look[] = [
  { lang: 'vi', theme: 'light' },
  { lang: 'vi', theme: 'dark' },
  { lang: 'id', theme: 'light', size: 'wall' },
];

describe.each(LOOKS)('$lang $theme $size', (look) => {
  test.each(SCENES)('$name', async (scene) => {
    standin.reset(scene.leader);
    const { context, page } = await phone(browser, look);
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(standin.url) && !/^(data|blob):/.test(request.url())) complaints.push(`leaves the house: ${request.url()}`);
    });
    await scene.play({ page, standin });
    const axe = await new AxeBuilder({ page }).analyze();
    expect(axe.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

test('people who set their phone to large letters still have nothing scrolling sideways', async () => {
  const broken: string[] = [];
  for (const scene of SCENES) {
    standin.reset(scene.leader);
    const { context, page } = await phone(browser, { lang: 'vi' });
    await scene.play({ page, standin });
    const wide = await page.evaluate(() => {
      document.documentElement.style.fontSize = '150%';
      return document.documentElement.scrollWidth - document.documentElement.clientWidth;
    });
    if (wide > 0) broken.push(`${scene.name}: ${wide} px`);
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/large-${scene.name}.png` });
    await context.close();
  }
  expect(broken).toEqual([]);
}, 300_000);

test('targets are at least 48 pixels high and wide on every screen', async () => {
  const small: string[] = [];
  for (const scene of SCENES) {
    standin.reset(scene.leader);
    const { context, page } = await phone(browser);
    await scene.play({ page, standin });
    const found = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary')]
        .filter((it) => it.checkVisibility() && !it.closest('.out-of-sight'))
        .map((it) => ({ it, box: (it.closest('label') ?? it).getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (Math.round(box.height) < 48 || Math.round(box.width) < 48))
        .map(({ it, box }) => `${it.tagName} "${it.innerText.slice(0, 30)}" ${Math.round(box.width)}x${Math.round(box.height)}`),
    );
    small.push(...found.map((one) => `${scene.name}: ${one}`));
    await context.close();
  }
  expect([...new Set(small)]).toEqual([]);
}, 300_000);
