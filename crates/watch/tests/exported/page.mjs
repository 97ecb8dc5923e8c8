// Checks exports as the page does, without a browser: node page.mjs verify.html EXPORT... prints a line of JSON for each.
import { readFileSync } from 'node:fs';

const [page, ...exports] = process.argv.slice(2);
const [, script] = readFileSync(page, 'utf8').match(/<script>([^]*)\/\* What is shown\./);
const { check, Bad } = new Function(script + '; return { check, Bad };')();
for (const name of exports) {
  try {
    const report = await check(new Blob([readFileSync(name)]), async () => {});
    const { signed, sha256, fragments, proofs, findings } = report;
    const found = findings.map((one) => [one.name, one.word, one.inZip?.join('-') ?? '']);
    console.log(JSON.stringify([signed, sha256, fragments, proofs, found]));
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    console.log('"refused"');
  }
}
