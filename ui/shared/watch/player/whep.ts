/**
 * A live picture from the node in a video element: over WebRTC where the node offers it, which shows a picture sooner, and otherwise as `live`.
 * Promises: without a picture after three seconds, or when the connection ends for whatever reason, it goes on as `live`, which says why
 * there is none; it asks for nothing while the page is hidden; after `stop` it holds no connection, and the node has been told.
 */
import { uuidv7 } from '../../id.ts';
import { OLD_MS } from './edge.ts';
import { live, type Live, type Seen, type Told } from './live.ts';

const FIRST_PICTURE_MS = 3_000;
const LOOKED_AFTER_MS = 500;
/** RTP's time comes round after so many milliseconds (2³² of 90 000 in a second). */
const ROUND_MS = 2 ** 32 / 90;

/** What the types of the DOM do not know yet; browsers without it play a little later. */
type Receiver = RTCRtpReceiver & { jitterBufferTarget?: number | null };

/** When a picture of this RTP time was taken, if RTP's time was zero then; all in milliseconds since 1970. */
export function takenAt(rtp: number, zero: number, now: number): number {
  const at = zero + rtp / 90;
  return at + Math.round((now - at) / ROUND_MS) * ROUND_MS;
}

function leave(place: string): void {
  void fetch(place, { method: 'DELETE', credentials: 'same-origin', keepalive: true, headers: { 'Idempotency-Key': uuidv7(Date.now()) } }).catch(() => undefined);
}

/** Shows the live picture of `path`, over WebRTC if `whep` says where (WHEP), until it is stopped. */
export function view(video: HTMLVideoElement, path: string, whep: string | null, told: Told, calm = false): Live {
  let other: Live | null = null;
  let peer: RTCPeerConnection | null = null;
  let place = '';
  let zero = 0;
  let seenAt = 0;
  let now: Seen | null = null;
  let first: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  function say(is: Seen): void {
    if (now === is) return;
    now = is;
    told.seen(is);
  }
  function hangUp(): void {
    clearTimeout(first);
    peer?.close();
    peer = null;
    video.srcObject = null;
    // The node hears it from the browser too, but a page that is left may not get to say it.
    if (place) leave(place);
    place = '';
  }
  /** For good: whoever cannot be reached so is not tried so again. */
  function fallBack(): void {
    if (ended || other) return;
    stopLooking();
    hangUp();
    other = live(video, path, told, calm);
  }
  function pictured(_: number, { width, height, rtpTimestamp }: VideoFrameCallbackMetadata): void {
    if (!peer) return;
    clearTimeout(first);
    if (!seenAt) told.shape?.(width, height);
    seenAt = performance.now();
    if (zero && rtpTimestamp !== undefined) told.taken?.(takenAt(rtpTimestamp, zero, Date.now()));
    say('running');
    video.requestVideoFrameCallback(pictured);
  }
  async function call(to: string): Promise<void> {
    say('coming');
    seenAt = 0;
    const mine = new RTCPeerConnection();
    peer = mine;
    first = setTimeout(fallBack, FIRST_PICTURE_MS);
    const receiver: Receiver = mine.addTransceiver('video', { direction: 'recvonly' }).receiver;
    if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
    mine.onconnectionstatechange = () => {
      if (peer === mine && /^(failed|closed|disconnected)$/.test(mine.connectionState)) fallBack();
    };
    mine.ontrack = ({ track }) => {
      if (peer !== mine) return;
      video.muted = true;
      video.srcObject = new MediaStream([track]);
      video.requestVideoFrameCallback(pictured);
      void video.play().catch(() => undefined);
    };
    await agree(mine, to).catch(() => {
      if (peer === mine) fallBack();
    });
  }
  async function agree(mine: RTCPeerConnection, to: string): Promise<void> {
    await mine.setLocalDescription();
    const answer = await fetch(to, {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { 'Content-Type': 'application/sdp', 'Idempotency-Key': uuidv7(Date.now()) },
      body: mine.localDescription?.sdp ?? '',
    });
    const at = answer.status === 201 ? (answer.headers.get('Location') ?? '') : '';
    const sdp = await answer.text();
    if (peer !== mine) {
      if (at) leave(at);
      return;
    }
    place = at;
    if (!place) return fallBack();
    zero = Number(answer.headers.get('zero-us')) / 1_000;
    await mine.setRemoteDescription({ type: 'answer', sdp });
    const wire = mine.getReceivers()[0]?.transport;
    // The node has ended it: at once here, some seconds before the connection's own state says so.
    wire?.addEventListener('statechange', () => {
      if (peer === mine && wire.state === 'closed') fallBack();
    });
  }
  function begin(): void {
    if (ended || other || peer || !whep) return;
    if (document.visibilityState === 'hidden') return say('asleep');
    void call(whep);
  }
  function look(): void {
    if (peer && seenAt && performance.now() - seenAt > OLD_MS) say('old');
  }
  function turned(): void {
    if (document.visibilityState === 'visible') return begin();
    hangUp();
    say('asleep');
  }
  function stopLooking(): void {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', turned);
  }

  const timer = setInterval(look, LOOKED_AFTER_MS);
  document.addEventListener('visibilitychange', turned);
  if (whep && 'RTCPeerConnection' in globalThis && 'requestVideoFrameCallback' in video) begin();
  else fallBack();
  return {
    stop: () => {
      ended = true;
      stopLooking();
      if (!other) hangUp();
      other?.stop();
    },
  };
}
