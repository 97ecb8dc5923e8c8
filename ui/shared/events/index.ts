/**
 * `listen` connects this page to the node's events: through the shared worker where there is one, else by a stream of its
 * own, which a hidden tab lends to the visible one.
 */
import type { Message } from './hub.ts';
import { startSource, type Source } from './source.ts';

export type { FromNode, LinkState, Message } from './hub.ts';

/** `anew` connects once more, in all tabs: the node speaks on a stream what it was told to speak when the stream began. */
export type Listening = { stop: () => void; anew: () => void };

/** Starts listening. */
export function listen(tell: (message: Message) => void): Listening {
  if (typeof SharedWorker !== 'undefined' && __EVENTS_WORKER__) {
    try {
      return listenShared(tell);
    } catch {
      /* forbidden here: fall through */
    }
  }
  return listenAlone(tell);
}

function listenShared(tell: (message: Message) => void): Listening {
  let alone: Listening | null = null;
  const worker = new SharedWorker(__EVENTS_WORKER__, 'liengia-events');
  worker.onerror = () => {
    alone ??= listenAlone(tell);
  };
  worker.port.onmessage = (event: MessageEvent<Message>) => tell(event.data);
  const bye = () => worker.port.postMessage('bye');
  const back = (event: PageTransitionEvent) => {
    if (event.persisted) location.reload();
  };
  addEventListener('pagehide', bye);
  addEventListener('pageshow', back);
  return {
    stop() {
      removeEventListener('pagehide', bye);
      removeEventListener('pageshow', back);
      bye();
      alone?.stop();
    },
    anew() {
      worker.port.postMessage('anew');
      alone?.anew();
    },
  };
}

function listenAlone(tell: (message: Message) => void): Listening {
  let source: Source | null = startSource(tell);
  const others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('liengia-tabs');
  const resume = () => (source ??= startSource(tell));
  const visible = () => {
    if (document.visibilityState === 'hidden') return;
    resume();
    others?.postMessage('visible');
  };
  const bye = () => others?.postMessage('bye');
  const again = () => {
    if (!source) return;
    source.stop();
    source = startSource(tell);
  };
  others?.addEventListener('message', (event) => {
    if (event.data === 'bye') resume();
    else if (event.data === 'anew') again();
    else if (document.visibilityState === 'hidden') {
      source?.stop();
      source = null;
    }
  });
  document.addEventListener('visibilitychange', visible);
  addEventListener('pagehide', bye);
  visible();
  return {
    stop() {
      document.removeEventListener('visibilitychange', visible);
      removeEventListener('pagehide', bye);
      bye();
      others?.close();
      source?.stop();
      source = null;
    },
    anew() {
      again();
      others?.postMessage('anew');
    },
  };
}
