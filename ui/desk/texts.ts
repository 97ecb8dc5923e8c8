/** One file per language; only the chosen one is fetched. */
import type { Texts } from '@shared/i18n/index.svelte.ts';

export const texts: Texts = {
  vi: () => import('./texts/vi.ts'),
  en: () => import('./texts/en.ts'),
  id: () => import('./texts/id.ts'),
};
