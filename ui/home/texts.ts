/** One file per language; only the chosen one is fetched, and what quiet screens say only when somebody goes there. */
import type { Texts } from '@shared/i18n/index.svelte.ts';

export const texts: Texts = {
  vi: () => import('./texts/vi.ts'),
  en: () => import('./texts/en.ts'),
  id: () => import('./texts/id.ts'),
};

export const laterTexts: Texts = {
  vi: () => import('./texts/vi-later.ts'),
  en: () => import('./texts/en-later.ts'),
  id: () => import('./texts/id-later.ts'),
};
