/**
 * The two file kinds that Vite does not know: Fluent texts and Lucide icons.
 * Both are turned into plain data at build time, so that no parser travels to the phone.
 */
import { readFileSync } from 'node:fs';
import { FluentResource } from '@fluent/bundle';
import type { Plugin } from 'vite';

/** Parses one `.ftl` file and refuses a file in which a message got lost. */
export function parseTexts(source: string, file: string, only?: string[]): unknown[] {
  const body = new FluentResource(source).body;
  const written = [...source.matchAll(/^-?[a-zA-Z][\w-]*(?= *=)/gm)].map((match) => match[0]);
  const read = new Set(body.map((entry) => entry.id));
  const lost = written.filter((id) => !read.has(id));
  if (lost.length > 0) throw new Error(`${file}: cannot read ${lost.join(', ')}`);
  const twice = written.filter((id, index) => written.indexOf(id) !== index);
  if (twice.length > 0) throw new Error(`${file}: written twice: ${twice.join(', ')}`);
  if (!only) return body;
  return body.filter((entry) => only.includes(entry.id));
}

/** `import texts from '@texts/vi/home.ftl'`; with `?only=a,b` just those messages. */
export function fluentTexts(): Plugin {
  return {
    name: 'liengia-texts',
    enforce: 'pre',
    load(id) {
      const [file, query] = id.split('?');
      if (!file || !file.endsWith('.ftl')) return null;
      this.addWatchFile(file);
      const only = query?.startsWith('only=') ? query.slice(5).split(',') : undefined;
      const body = parseTexts(readFileSync(file, 'utf8'), file, only);
      return { code: `export default ${JSON.stringify({ body })};`, moduleType: 'js' };
    },
  };
}

/** `import flame from 'lucide-static/icons/flame.svg?shape'`: the drawing inside the svg element. */
export function iconShapes(): Plugin {
  return {
    name: 'liengia-icons',
    enforce: 'pre',
    load(id) {
      const [file, query] = id.split('?');
      if (!file || query !== 'shape') return null;
      const svg = readFileSync(file, 'utf8');
      const inner = svg
        .replace(/<!--[\s\S]*?-->/g, '')
        .replace(/[\s\S]*?<svg[^>]*>/, '')
        .replace(/<\/svg>[\s\S]*/, '')
        .replace(/\s*\n\s*/g, '');
      return { code: `export default ${JSON.stringify(inner)};`, moduleType: 'js' };
    },
  };
}
