/** `rules`: the checks that read the sources themselves (texts complete, no hard-coded words). `unit`: everything else. */
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { fluentTexts, iconShapes } from './build/plugins.ts';

const here = import.meta.dirname;
const shared = {
  plugins: [fluentTexts(), iconShapes(), svelte({ configFile: resolve(here, 'svelte.config.js') })],
  resolve: { alias: { '@shared': resolve(here, 'shared'), '@texts': resolve(here, '../texts') }, conditions: ['browser'] },
  server: { fs: { allow: [resolve(here, '..')] } },
};

export default defineConfig({
  test: {
    projects: [
      { ...shared, test: { name: 'rules', include: ['tests/rules/**/*.test.ts'], environment: 'node' } },
      { ...shared, test: { name: 'unit', include: ['{home,desk,shared}/**/*.test.ts'], environment: 'node' } },
    ],
  },
});
