/** Drives the hub with a real EventSource and a real clock, and hands its messages to whoever listens. */
import { broken, link, network, newHub, opened, received, tick, type Message, type Step } from './hub.ts';

const NAMES = ['alarm', 'closed', 'changed', 'health', 'register', 'alive', 'reset'];

export type Source = { current: () => Message; stop: () => void };

export function startSource(tell: (message: Message) => void): Source {
  const hub = newHub(Date.now());
  let stream: EventSource | null = null;

  function drop() {
    stream?.close();
    stream = null;
  }

  function connect() {
    drop();
    const fresh = new EventSource('/api/events');
    stream = fresh;
    fresh.onopen = () => run(opened(hub, Date.now()));
    fresh.onerror = () => {
      if (stream === fresh) run(broken(hub, Date.now()));
    };
    for (const name of NAMES) {
      fresh.addEventListener(name, (event) => {
        if (stream === fresh) run(received(hub, { name, id: event.lastEventId, data: parse(event.data as string) }, Date.now()));
      });
    }
  }

  function run(step: Step) {
    if (step.disconnect) drop();
    for (const message of step.messages) tell(message);
    if (step.connect) connect();
  }

  const on = () => run(network(hub, true, Date.now()));
  const off = () => run(network(hub, false, Date.now()));
  self.addEventListener('online', on);
  self.addEventListener('offline', off);
  run(tick(hub, Date.now()));
  const timer = setInterval(() => run(tick(hub, Date.now())), 1000);

  return {
    current: () => link(hub),
    stop() {
      clearInterval(timer);
      self.removeEventListener('online', on);
      self.removeEventListener('offline', off);
      drop();
    },
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
