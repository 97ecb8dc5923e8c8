/**
 * One configuration, four outputs, chosen by `--mode`:
 *   worker  the shared event stream      -> dist/home/assets/events-<hash>.js
 *   home    the phone app                -> dist/home, served at /
 *   desk    the console                  -> dist/desk, served at /desk/
 *   sw      the phone's service worker   -> dist/home/sw.js
 * `build/all.mjs` runs them in that order and hands each what it needs from the one before.
 */
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type UserConfig } from 'vite';
import { fluentTexts, iconShapes, preloads } from './build/plugins.ts';

const here = import.meta.dirname;
/** Another folder when two people build at once. */
const dist = resolve(process.env.LIENGIA_DIST ?? resolve(here, 'dist'));
const targets = ['chrome90', 'safari15', 'firefox100'];

const base: UserConfig = {
  resolve: { alias: { '@shared': resolve(here, 'shared'), '@texts': resolve(here, '../texts') } },
  server: { host: '127.0.0.1', fs: { allow: [resolve(here, '..')] }, proxy: { '/api': process.env.LIENGIA_NODE ?? 'http://127.0.0.1:8080' } },
};

function app(name: 'home' | 'desk'): UserConfig {
  return {
    ...base,
    root: resolve(here, name),
    base: name === 'home' ? '/' : '/desk/',
    publicDir: resolve(here, name, 'public'),
    plugins: [fluentTexts(), iconShapes(), svelte({ configFile: resolve(here, 'svelte.config.js') }), preloads(name === 'home' ? '/' : '/desk/', `/${name}/texts/vi.ts`)],
    define: { __EVENTS_WORKER__: JSON.stringify(process.env.LIENGIA_EVENTS_WORKER ?? '') },
    build: {
      target: targets,
      outDir: resolve(dist, name),
      emptyOutDir: false,
      assetsInlineLimit: 0,
      modulePreload: false,
      cssCodeSplit: false,
      reportCompressedSize: false,
    },
  };
}

/** A script that must be one classic file: workers of older phones take no modules. */
function script(entry: string, file: string, define: Record<string, string>): UserConfig {
  return {
    ...base,
    root: here,
    publicDir: false,
    plugins: [fluentTexts()],
    define,
    build: {
      target: targets,
      outDir: resolve(dist, 'home'),
      emptyOutDir: false,
      reportCompressedSize: false,
      rollupOptions: { input: resolve(here, entry), output: { format: 'iife', entryFileNames: file } },
    },
  };
}

export default defineConfig(({ mode }): UserConfig => {
  switch (mode) {
    case 'worker':
      return script('shared/events/worker.ts', 'assets/events-[hash].js', {});
    case 'sw':
      return script('home/sw.ts', 'sw.js', {
        __PRECACHE__: process.env.LIENGIA_PRECACHE ?? '[]',
        __BUILD__: JSON.stringify(process.env.LIENGIA_BUILD ?? 'dev'),
      });
    case 'desk':
      return app('desk');
    default:
      return app('home');
  }
});
