import { expect, test } from 'vitest';
import { Trouble } from './client.ts';
import { once, waiting, type Sent } from './once.ts';

function store() {
  const items = new Map<string, string>();
  return { items, getItem: (name: string) => items.get(name) ?? null, setItem: (name: string, value: string) => void items.set(name, value), removeItem: (name: string) => void items.delete(name) };
}
const lost = () => Promise.reject(new Trouble('unreachable', 0, null));
const refused = () => Promise.reject(new Trouble('refused', 422, null));

test('after a lost answer the same key and the same body go again, whatever is typed meanwhile', async () => {
  const kept = store();
  const sent: Sent<string>[] = [];
  await expect(once('join#a', 'Lan', (each) => (sent.push(each), lost()), { kept })).rejects.toThrow();
  expect(waiting('join#a')).toBe(true);
  expect(await once('join#a', 'Bình', (each) => (sent.push(each), Promise.resolve('in')), { kept })).toBe('in');
  expect(sent[1]).toEqual(sent[0]);
  expect([waiting('join#a'), kept.items.size]).toEqual([false, 0]);
});

test('a page that was loaded anew sends it again, too', async () => {
  const kept = store();
  kept.setItem('liengia.once.join#b', JSON.stringify({ key: 'k', body: 'Lan' }));
  expect(await once('join#b', 'Bình', (each) => Promise.resolve(each), { kept })).toEqual({ key: 'k', body: 'Lan' });
});

test('a refusal did nothing: the next try has its own key and body', async () => {
  const kept = store();
  const sent: Sent<string>[] = [];
  await expect(once('join#c', 'x', (each) => (sent.push(each), refused()), { kept })).rejects.toThrow();
  await once('join#c', 'y', (each) => (sent.push(each), Promise.resolve()), { kept });
  expect(sent[1]!.body).toBe('y');
  expect(sent[1]!.key).not.toBe(sent[0]!.key);
});

test('a secret stays in memory', async () => {
  const kept = store();
  await expect(once('welcome#d', { password: 'p' }, lost, { kept, secret: true })).rejects.toThrow();
  expect([waiting('welcome#d'), kept.items.size]).toEqual([true, 0]);
});
