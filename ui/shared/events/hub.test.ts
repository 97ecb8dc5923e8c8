import { describe, expect, test } from 'vitest';
import { BROKEN_MS, SILENT_MS, broken, link, network, newHub, opened, received, tick } from './hub.ts';

const alive = { name: 'alive', id: '', data: null };

function connected() {
  const hub = newHub(0);
  tick(hub, 0);
  opened(hub, 100);
  return hub;
}

describe('connecting', () => {
  test('the first tick connects', () => {
    expect(tick(newHub(0), 0).connect).toBe(true);
  });
  test('tabs are told to reload when the connection stands', () => {
    const hub = newHub(0);
    expect(opened(hub, 100).messages).toEqual([{ kind: 'opened' }, { kind: 'link', state: 'connected', heardAt: 100 }]);
  });
  test('a tab that joins late learns how the link stands', () => {
    expect(link(connected())).toEqual({ kind: 'link', state: 'connected', heardAt: 100 });
  });
  test('a node that never answers is called silent after five seconds', () => {
    const hub = newHub(0);
    tick(hub, 0);
    expect(tick(hub, BROKEN_MS).messages).toEqual([]);
    expect(tick(hub, BROKEN_MS + 1).messages).toEqual([{ kind: 'link', state: 'silent', heardAt: null }]);
  });
});

describe('connecting again', () => {
  test('it connects once, not at every tick', () => {
    const hub = connected();
    broken(hub, 400);
    expect(tick(hub, 1000).connect).toBe(true);
    expect(tick(hub, 2000).connect).toBeUndefined();
  });
  test('the wait grows to five seconds and starts small again after success', () => {
    const hub = connected();
    const waits = [1, 2, 3, 4, 5, 6].map(() => {
      broken(hub, 0);
      return hub.retryAt;
    });
    expect(waits).toEqual([500, 1000, 2000, 3000, 5000, 5000]);
    opened(hub, 0);
    broken(hub, 0);
    expect(hub.retryAt).toBe(500);
  });
  test('a blink of the network is not worth a word', () => {
    const hub = connected();
    broken(hub, 1000);
    expect(tick(hub, 1600).messages).toEqual([]);
    opened(hub, 2000);
    expect(hub.state).toBe('connected');
  });
});

describe('silence', () => {
  test('is noticed when the signs of life stop though the connection looks open', () => {
    const hub = connected();
    received(hub, alive, 20_000);
    expect(tick(hub, 20_000 + SILENT_MS).messages).toEqual([]);
    const step = tick(hub, 20_001 + SILENT_MS);
    expect(step.messages).toEqual([{ kind: 'link', state: 'silent', heardAt: 20_000 }]);
    expect(step.disconnect).toBe(true);
    expect(step.connect).toBe(true);
  });
  test('is said far sooner than the 200 seconds that are allowed', () => expect(SILENT_MS + 1000).toBeLessThan(100_000));
  test('is said at once when the device itself has no network', () => {
    expect(network(connected(), false, 500).messages).toEqual([{ kind: 'link', state: 'silent', heardAt: 100 }]);
  });
  test('ends with the next sign of life', () => {
    const hub = connected();
    network(hub, false, 500);
    expect(received(hub, alive, 900).messages).toEqual([{ kind: 'link', state: 'connected', heardAt: 900 }]);
  });
});

test('a sign of life tells tabs when the node was last heard', () => {
  expect(received(connected(), alive, 20_000).messages).toEqual([{ kind: 'link', state: 'connected', heardAt: 20_000 }]);
});
