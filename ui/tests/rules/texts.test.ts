/** Every text exists in the three languages, asks for the same values, and every text that a screen uses exists. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { parseTexts } from '../../build/plugins.ts';

const root = resolve(import.meta.dirname, '../../..');
const ui = join(root, 'ui');
const AREAS = ['shared', 'home', 'desk'];

type Entry = { id: string; value: unknown };

function texts(lang: string, area: string): Map<string, Entry> {
  const file = join(root, 'texts', lang, `${area}.ftl`);
  const entries = parseTexts(readFileSync(file, 'utf8'), file) as Entry[];
  return new Map(entries.map((entry) => [entry.id, entry]));
}

function asked(value: unknown): string[] {
  const names = [...JSON.stringify(value ?? null).matchAll(/"type":"var","name":"(\w+)"/g)].map((match) => match[1]!);
  return [...new Set(names)].sort();
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'texts' ? [] : sources(path);
    return /\.(svelte|ts)$/.test(entry.name) && !/\.test\.ts$|schema\.d\.ts$/.test(entry.name) ? [path] : [];
  });
}

describe.each(AREAS)('%s texts', (area) => {
  const vi = texts('vi', area);
  test.each(LANGS.filter((lang) => lang !== 'vi'))('%s has exactly the Vietnamese ids', (lang) => {
    expect([...texts(lang, area).keys()].sort()).toEqual([...vi.keys()].sort());
  });
  test.each(LANGS.filter((lang) => lang !== 'vi'))('%s asks for the same values', (lang) => {
    const other = texts(lang, area);
    const differing = [...vi].filter(([id, entry]) => String(asked(entry.value)) !== String(asked(other.get(id)?.value))).map(([id]) => id);
    expect(differing).toEqual([]);
  });
  test.each(LANGS)('%s is written in composed characters (NFC)', (lang) => {
    const source = readFileSync(join(root, 'texts', lang, `${area}.ftl`), 'utf8');
    expect(source === source.normalize('NFC')).toBe(true);
  });
});

describe.each(['home', 'desk'])('%s screens', (app) => {
  const known = new Set([...texts('vi', 'shared').keys(), ...texts('vi', app).keys()]);
  const used = [...sources(join(ui, app)), ...sources(join(ui, 'shared'))].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([\w-]+)'/g)].map((match) => `${match[1]}`),
  );
  test('every text that is asked for by name exists', () => {
    expect([...new Set(used)].filter((id) => !known.has(id))).toEqual([]);
  });
});
