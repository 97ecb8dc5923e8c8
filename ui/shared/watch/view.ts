/** A live picture from the node into a video element: pieces of MP4 over a WebSocket, kept close to the present. */

/** `coming` while nothing is there yet, `unable` where this browser cannot play what the camera sends. */
export type Seen = 'coming' | 'running' | 'gone' | 'unable';
type Told = { shape: (width: number, height: number) => void; seen: (is: Seen) => void };
type Words = { kind: string; codec?: string; width?: number; height?: number };

/** So far behind the newest picture it may be, and so far it then jumps to. */
const LATE_S = 1.2;
const CLOSE_S = 0.3;
/** Older pictures are let go. */
const KEPT_S = 8;
/** More pieces than that wait only where the browser has stopped taking them. */
const WAITING_MOST = 200;

/** Where to jump to, or null while it is close enough. */
export function jump(at: number, start: number, end: number): number | null {
  return at < start || end - at > LATE_S ? Math.max(start, end - CLOSE_S) : null;
}

type Screen = HTMLVideoElement;
type Source = typeof globalThis & { ManagedMediaSource?: typeof MediaSource };

/** Shows it until the answer is called. */
export function watch(video: Screen, path: string, told: Told): () => void {
  const Kind = (globalThis as Source).ManagedMediaSource ?? globalThis.MediaSource;
  if (!Kind) {
    told.seen('unable');
    return () => {};
  }
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`);
  socket.binaryType = 'arraybuffer';
  let buffer: SourceBuffer | null = null;
  let url = '';
  let waiting: ArrayBuffer[] = [];
  let over = false;

  function end(is: Seen): void {
    if (over) return;
    told.seen(is);
    stop();
  }
  function stop(): void {
    over = true;
    socket.close();
    video.removeAttribute('src');
    video.load();
    if (url) URL.revokeObjectURL(url);
  }
  function begin({ codec = '', width = 0, height = 0 }: Words): void {
    const type = `video/mp4; codecs="${codec}"`;
    if (!Kind.isTypeSupported(type)) return end('unable');
    if (width && height) told.shape(width, height);
    if (url) URL.revokeObjectURL(url);
    [buffer, waiting] = [null, []];
    const source = new Kind();
    url = URL.createObjectURL(source);
    video.disableRemotePlayback = true;
    video.src = url;
    source.addEventListener('sourceopen', () => {
      if (over || buffer || source.readyState !== 'open') return;
      buffer = source.addSourceBuffer(type);
      buffer.addEventListener('updateend', next);
      next();
    });
  }
  function next(): void {
    if (over || !buffer || buffer.updating) return;
    const { buffered } = buffer;
    if (buffered.length > 0) {
      const [start, last] = [buffered.start(buffered.length - 1), buffered.end(buffered.length - 1)];
      const to = jump(video.currentTime, start, last);
      if (to !== null) video.currentTime = to;
      if (video.paused) void video.play().catch(() => undefined);
      if (video.currentTime - buffered.start(0) > 2 * KEPT_S) return buffer.remove(0, video.currentTime - KEPT_S);
    }
    const piece = waiting.shift();
    if (!piece) return;
    try {
      buffer.appendBuffer(piece);
    } catch {
      end('gone');
    }
  }
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') {
      const words = JSON.parse(data) as Words;
      if (words.kind === 'start') begin(words);
      return;
    }
    waiting.push(data);
    if (waiting.length > WAITING_MOST) return end('gone');
    next();
  };
  socket.onclose = () => end('gone');
  const playing = () => !over && told.seen('running');
  video.addEventListener('playing', playing);
  return () => {
    video.removeEventListener('playing', playing);
    if (!over) stop();
  };
}
