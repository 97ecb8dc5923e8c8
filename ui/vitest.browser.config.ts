/** Tests that need Debian's Chromium and a built ui/dist; one after another, because they share one small machine. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['tests/browser/**/*.browser.ts'], fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 },
});
