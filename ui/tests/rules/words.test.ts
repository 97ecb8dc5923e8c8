/** No words in the sources: people read only what stands in the .ftl files. No colours either: those stand in tokens.css. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'svelte/compiler';

const ui = resolve(import.meta.dirname, '../..');

function screens(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return screens(path);
    return entry.name.endsWith('.svelte') ? [path] : [];
  });
}

const files = ['home', 'desk', 'shared'].flatMap((folder) => screens(join(ui, folder)));

/** Every piece of literal text in a template, and in the attributes that people read or hear. */
function literals(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) {
    for (const child of node) literals(child, found);
  } else if (node && typeof node === 'object') {
    const item = node as Record<string, unknown>;
    if (item.type === 'Text') found.push(item.data as string);
    if (item.type === 'Attribute' && !['aria-label', 'title', 'placeholder', 'alt', 'label', 'hint'].includes(item.name as string)) return found;
    for (const [key, child] of Object.entries(item)) {
      if (!['css', 'instance', 'module', 'options'].includes(key)) literals(child, found);
    }
  }
  return found;
}

/** Parsing every screen takes seconds on a busy machine. */
const PARSING_MS = 60_000;

test('no screen has words of its own', () => {
  const wordy = files.flatMap((file) => {
    const tree = parse(readFileSync(file, 'utf8'), { modern: true });
    return literals(tree.fragment)
      .filter((text) => /\p{L}{2,}/u.test(text))
      .map((text) => `${relative(ui, file)}: ${text.trim()}`);
  });
  expect(wordy).toEqual([]);
}, PARSING_MS);

test('no element carries a style attribute, which the content security policy would drop', () => {
  const styled = files.filter((file) => /\sstyle=/.test(readFileSync(file, 'utf8').replace(/<style[\s\S]*/, '')));
  expect(styled.map((file) => relative(ui, file))).toEqual([]);
});

test('colours are named in tokens.css only, but for black, white and shade', () => {
  const coloured = files.flatMap((file) => {
    const css = readFileSync(file, 'utf8').match(/<style>[\s\S]*/)?.[0] ?? '';
    return [...css.matchAll(/#[0-9a-f]{3,8}\b/gi)].map((match) => match[0].toLowerCase()).filter((colour) => !['#fff', '#14171c'].includes(colour));
  });
  expect(coloured).toEqual([]);
});
