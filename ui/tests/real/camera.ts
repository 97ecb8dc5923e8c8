/** A real camera for one test file: RTSP on this machine, a moving test picture without end. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type RealCamera = { url: string; stop: () => void };

const PROGRAM = resolve(import.meta.dirname, '../../../crates/watch/tests/camera.py');
/** Debian's own Python, which has GStreamer's. */
const PYTHON = '/usr/bin/python3';
/** Longer than any journey. */
const SECONDS = 600;
const STARTS_WITHIN_MS = 20_000;

export async function startCamera(): Promise<RealCamera> {
  const folder = mkdtempSync(join(tmpdir(), 'liengia-camera-'));
  const clip = join(folder, 'clip.mp4');
  const picture = `testsrc2=size=640x360:rate=15:duration=${SECONDS}`;
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', picture, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '30', '-pix_fmt', 'yuv420p', clip]);
  const camera = spawn(PYTHON, [PROGRAM, clip, 'h264'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((told, failed) => {
    const late = setTimeout(() => failed(new Error('the camera did not start')), STARTS_WITHIN_MS);
    camera.stdout.once('data', (said: Buffer) => {
      clearTimeout(late);
      told(said.toString().trim());
    });
    camera.once('exit', (code) => failed(new Error(`the camera ended with ${code}`)));
  });
  return {
    url: `rtsp://127.0.0.1:${port}/cam0`,
    stop() {
      camera.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
