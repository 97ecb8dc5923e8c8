/** Takes a picture of every screen in every language, size and colour, into the folder named by PICTURES, for people to look at. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { launch, phone, type Look } from './chromium.ts';
import { SCENES } from './scenes.ts';
import { startStandIn } from './standin.ts';

const folder = process.env.PICTURES ?? '/tmp/liengia-pictures';
const only = process.env.ONLY?.split(',');
const looks: Look[] = process.env.LOOKS
  ? (JSON.parse(process.env.LOOKS) as Look[])
  : [
      { lang: 'vi', theme: 'light' },
      { lang: 'vi', theme: 'dark' },
      { lang: 'en', theme: 'light' },
      { lang: 'id', theme: 'light' },
      { lang: 'id', theme: 'dark' },
      { lang: 'vi', theme: 'light', size: 'tablet' },
      { lang: 'vi', theme: 'dark', size: 'wall' },
    ];

test.runIf(process.env.PICTURES)('every screen has its picture', { timeout: 1_800_000 }, async () => {
  const standin = await startStandIn();
  const browser = await launch();
  for (const look of looks) {
    const into = join(folder, `${look.lang}-${look.theme}-${look.size ?? 'phone'}`);
    mkdirSync(into, { recursive: true });
    for (const scene of SCENES.filter((one) => !only || only.includes(one.name))) {
      standin.reset(scene.leader);
      const { context, page } = await phone(browser, look);
      await scene.play({ page, standin });
      await page.screenshot({ path: join(into, `${scene.name}.png`) });
      if (process.env.FULL) await page.screenshot({ path: join(into, `${scene.name}-full.png`), fullPage: true });
      await context.close();
    }
  }
  await browser.close();
  await standin.stop();
});
