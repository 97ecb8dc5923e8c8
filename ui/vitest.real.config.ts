/** Journeys through the real program (LIENGIA_BIN, or target/debug/liengia) in Debian's Chromium, one after another. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['tests/real/**/*.real.ts'], fileParallelism: false, testTimeout: 60_000, hookTimeout: 120_000, bail: 0 },
});
