/** One file per language; only the chosen one is fetched. */
import type { TextLoader } from '@shared/i18n/index.svelte.ts';
import type { Lang } from '@shared/i18n/lang.ts';

export const texts: Record<Lang, TextLoader> = {
  vi: () => import('./texts/vi.ts'),
  en: () => import('./texts/en.ts'),
  id: () => import('./texts/id.ts'),
};
