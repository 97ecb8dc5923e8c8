/** What the screens say, read from the very files that they are built of. */
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Lang } from '../../shared/i18n/lang.ts';

export type Say = (id: string, values?: Record<string, string | number>) => string;

const texts = resolve(import.meta.dirname, '../../../texts');

/** A speaker of one language and app. An id that is not there is a fault of the test. */
export function speaker(lang: Lang, app: 'home' | 'desk'): Say {
  const bundle = new FluentBundle(lang, { useIsolating: false });
  for (const area of ['shared', 'device', 'watch', 'eyes', 'masks', app]) {
    bundle.addResource(new FluentResource(readFileSync(resolve(texts, lang, `${area}.ftl`), 'utf8')), { allowOverrides: true });
  }
  return (id, values) => {
    const pattern = bundle.getMessage(id)?.value;
    if (!pattern) throw new Error(`no text "${id}" in ${lang}/${app}`);
    return bundle.formatPattern(pattern, values);
  };
}
