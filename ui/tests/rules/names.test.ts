/** What a button is called aloud contains what stands on it, so that people who speak to their computer can name it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';

const root = resolve(import.meta.dirname, '../../..');

function screens(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return screens(path);
    return entry.name.endsWith('.svelte') ? [path] : [];
  });
}

const source = screens(join(root, 'ui/desk')).map((file) => readFileSync(file, 'utf8')).join('\n');
/** The text on a button that opens a form, and the form's own name, which the button is called by. */
const pairs = [
  ...[...source.matchAll(/label=\{t\('([\w-]+)'[^}]*\)\} title=\{t\('([\w-]+)'/g)].map((match) => [match[1]!, match[2]!] as const),
  ...[...source.matchAll(/<Correct title=\{t\('([\w-]+)'/g)].map((match) => ['correct', match[1]!] as const),
];

function texts(lang: string): Map<string, string> {
  const all = ['shared', 'device', 'desk'].map((area) => readFileSync(join(root, 'texts', lang, `${area}.ftl`), 'utf8')).join('\n');
  return new Map([...all.matchAll(/^([a-z][\w-]*) = (.*)$/gm)].map((match) => [match[1]!, match[2]!.toLowerCase()]));
}

test.each(LANGS)('in %s, the name of every form contains the word on its button', (lang) => {
  const words = texts(lang);
  expect(pairs.length).toBeGreaterThan(20);
  expect(pairs.filter(([label, title]) => !words.get(title)?.includes(words.get(label) ?? 'missing'))).toEqual([]);
});
