/** Every text exists in the three languages, asks for the same values, and every text that a screen uses exists. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { parseTexts } from '../../build/plugins.ts';

const root = resolve(import.meta.dirname, '../../..');
const ui = join(root, 'ui');
const AREAS = ['shared', 'device', 'watch', 'eyes', 'masks', 'home', 'desk'];

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
  const known = [...texts('vi', 'shared').keys(), ...texts('vi', 'device').keys(), ...texts('vi', 'watch').keys(), ...texts('vi', 'eyes').keys(), ...texts('vi', 'masks').keys(), ...texts('vi', app).keys()];
  const code = [...sources(join(ui, app)), ...sources(join(ui, 'shared'))].map((file) => readFileSync(file, 'utf8'));
  const found = (pattern: RegExp) => [...new Set(code.flatMap((text) => [...text.matchAll(pattern)].flatMap((match) => match.slice(1)).filter((id) => id !== undefined)))];

  test('every text that is asked for by name exists', () => {
    const used = [...found(/\bt\(\s*'([\w-]+)'/g), ...found(/\bt\([^'`]*\?\s*'([\w-]+)'\s*:\s*'([\w-]+)'/g)];
    expect(used.filter((id) => !known.includes(id))).toEqual([]);
  });
  test('every text whose name is put together has some that fit', () => {
    const fits = (pattern: string) => known.some((id) => new RegExp(`^${pattern.replace(/\$\{[^}]*\}+/g, '[\\w-]+')}$`).test(id));
    expect(found(/\bt\(\s*`([^`]+)`/g).filter((pattern) => !fits(pattern))).toEqual([]);
  });
  test('no text of its own lies unused', () => {
    const all = code.join('\n');
    const patterns = found(/\b(?:t|has)\(\s*`([^`]+)`/g).map((pattern) => new RegExp(`^${pattern.replace(/\$\{[^}]*\}+/g, '[\\w-]+')}$`));
    const unused = [...texts('vi', app).keys()].filter((id) => !all.includes(`'${id}'`) && !patterns.some((pattern) => pattern.test(id)) && !id.startsWith('sw-'));
    expect(app === 'home' ? unused : []).toEqual([]);
  });
});
