/** Journeys through the real program (LIENGIA_BIN, or target/debug/liengia) in Debian's Chromium, two files at a time. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['tests/real/**/*.real.ts'], maxWorkers: 2, testTimeout: 60_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000, interval: 100 } }, bail: 0 },
});
