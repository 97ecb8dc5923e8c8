/**
 * One event stream for all tabs and both apps of this browser: six open tabs must not use up the six connections that a
 * browser allows, or a press on FIRE would wait in a queue. The stream lives while any tab does.
 */
import { startSource, type Source } from './source.ts';
import type { Message } from './hub.ts';

const ports = new Set<MessagePort>();
let source: Source | null = null;

function tellAll(message: Message) {
  for (const port of ports) port.postMessage(message);
}

self.addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0]!;
  const late = source !== null;
  ports.add(port);
  port.onmessage = (message) => {
    if (message.data === 'anew') {
      source?.stop();
      source = startSource(tellAll);
      return;
    }
    if (message.data !== 'bye') return;
    ports.delete(port);
    if (ports.size > 0) return;
    source?.stop();
    source = null;
  };
  source ??= startSource(tellAll);
  if (late) port.postMessage(source.current());
});
