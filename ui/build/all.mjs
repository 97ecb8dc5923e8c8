/**
 * Builds everything into ui/dist and prints what the phone has to fetch.
 * Ends with a non-zero code when the phone app's first load is over its budget.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const ui = resolve(import.meta.dirname, '..');
const dist = resolve(process.env.LIENGIA_DIST ?? join(ui, 'dist'));
const home = join(dist, 'home');
const desk = join(dist, 'desk');
const BUDGET_KB = 60;

const run = (mode) => build({ configFile: join(ui, 'vite.config.ts'), mode, logLevel: 'error' });

function files(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

/** Everything the phone needs to open with no network at all. */
function precacheList() {
  return files(home)
    .map((file) => '/' + relative(home, file))
    .filter((path) => path !== '/index.html' && path !== '/sw.js' && !/\.(gz|br|txt)$/.test(path) && !/icon-512|maskable/.test(path));
}

/** Compressed twins beside each text file, so that the node never compresses anything while people wait. */
function compress(folder) {
  for (const file of files(folder)) {
    if (!/\.(js|css|html|svg|json|webmanifest|txt)$/.test(file)) continue;
    const bytes = readFileSync(file);
    writeFileSync(file + '.gz', gzipSync(bytes, { level: 9 }));
    writeFileSync(file + '.br', brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
  }
}

/** The page, its script and style, what they import at once, and one language. */
function firstLoad(folder, base, language) {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map((match) => join(folder, match[1].slice(base.length)));
  const list = files(folder);
  const also = list.filter((file) => new RegExp(`/(${language}|events)-[\\w-]{8}\\.js$`).test(file));
  const wanted = new Set([join(folder, 'index.html'), ...named, ...also]);
  for (const file of wanted) {
    if (!file.endsWith('.js')) continue;
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) wanted.add(join(file, '..', name));
  }
  return [...wanted];
}

function report(title, folder, base) {
  const rows = firstLoad(folder, base, 'vi').map((file) => ({
    file: relative(folder, file),
    raw: statSync(file).size,
    gzip: statSync(file + '.gz').size,
    brotli: statSync(file + '.br').size,
  }));
  const kb = (bytes) => (bytes / 1000).toFixed(1).padStart(8);
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  console.log(`\n${title}: first load, one language`.padEnd(46) + '  raw kB  gzip kB  brotli kB');
  for (const row of rows) console.log('  ' + row.file.padEnd(42) + kb(row.raw) + ' ' + kb(row.gzip) + '  ' + kb(row.brotli));
  console.log('  ' + 'total'.padEnd(42) + kb(sum('raw')) + ' ' + kb(sum('gzip')) + '  ' + kb(sum('brotli')));
  const all = files(folder).filter((file) => file.endsWith('.gz')).reduce((total, file) => total + statSync(file).size, 0);
  console.log('  ' + 'everything, all languages and screens'.padEnd(42) + ' '.repeat(9) + kb(all));
  return sum('gzip') / 1000;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(home, { recursive: true });
mkdirSync(desk, { recursive: true });
await run('worker');
const worker = files(home).find((file) => /\/events-/.test(file));
process.env.LIENGIA_EVENTS_WORKER = '/' + relative(home, worker);
await run('home');
await run('desk');
const precache = precacheList();
const digest = createHash('sha256');
for (const file of files(home)) digest.update(relative(home, file)).update(readFileSync(file));
process.env.LIENGIA_PRECACHE = JSON.stringify(precache);
process.env.LIENGIA_BUILD = digest.digest('hex').slice(0, 16);
await run('sw');
compress(home);
compress(desk);
const homeKb = report('home', home, '/');
report('desk', desk, '/desk/');
writeFileSync(join(dist, 'sizes.json'), JSON.stringify({ home_gz_kb: Number(homeKb.toFixed(1)), budget_kb: BUDGET_KB }) + '\n');
if (homeKb > BUDGET_KB) {
  console.error(`\nThe phone app's first load is ${homeKb.toFixed(1)} kB; the budget is ${BUDGET_KB} kB.`);
  process.exitCode = 1;
}
