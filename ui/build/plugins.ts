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

/** Below this line of a `.ftl` file stand the texts that are fetched later. */
const LATER = '### later';

/**
 * `import texts from '@texts/vi/home.ftl'`; with `?only=a,b` just those messages, with `?part=first` or `?part=later` those
 * above or below the line `### later`.
 */
export function fluentTexts(): Plugin {
  return {
    name: 'liengia-texts',
    enforce: 'pre',
    load(id) {
      const [file, query] = id.split('?');
      if (!file || !file.endsWith('.ftl')) return null;
      this.addWatchFile(file);
      const only = query?.startsWith('only=') ? query.slice(5).split(',') : undefined;
      const whole = readFileSync(file, 'utf8');
      const [first = '', later = ''] = whole.split(LATER);
      const source = query === 'part=first' ? first : query === 'part=later' ? later : whole;
      const body = parseTexts(source, file, only);
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

/**
 * Names in the page what the entry needs at once, so that a slow network fetches it in one round instead of three:
 * the entry's own imports, and the texts of the first language.
 */
export function preloads(base: string, texts: string): Plugin {
  return {
    name: 'liengia-preloads',
    transformIndexHtml: {
      order: 'post',
      handler(_html, context) {
        const bundle = context.bundle ?? {};
        const entry = Object.values(bundle).find((chunk) => chunk.type === 'chunk' && chunk.isEntry);
        if (entry?.type !== 'chunk') return [];
        const wanted = new Set<string>();
        const follow = (name: string): void => {
          const chunk = bundle[name];
          if (chunk?.type !== 'chunk' || wanted.has(name)) return;
          wanted.add(name);
          chunk.imports.forEach(follow);
        };
        entry.imports.forEach(follow);
        for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.facadeModuleId?.endsWith(texts)) wanted.add(chunk.fileName);
        return [...wanted].map((name) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: base + name }, injectTo: 'head' }));
      },
    },
  };
}
