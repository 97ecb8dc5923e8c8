/** Draws the phone's icons from home/public/icons/icon.svg. Needs Debian's chromium; the pictures are kept in the repository. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const folder = resolve(import.meta.dirname, '../home/public/icons');
const svg = readFileSync(join(folder, 'icon.svg'), 'utf8');
/** A maskable icon may be cut to a circle: the drawing shrinks into the safe middle and the ground fills the edges. */
const maskable = svg.replace(' rx="112"', '').replace('<g ', '<g transform="translate(82 78) scale(.68)" ');
/** The small mark in the status bar: Android takes its shape alone and paints it white. */
const badge = svg.replace(/<rect[^>]*>/, '').replace('stroke-width="30"', 'stroke-width="40"');

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu'] });
for (const [name, source, size] of [
  ['icon-192', svg, 192],
  ['icon-512', svg, 512],
  ['maskable-512', maskable, 512],
  ['badge-96', badge, 96],
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${source}`);
  writeFileSync(join(folder, `${name}.png`), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
