/** Where the outbox and the last known state of home are kept on the phone. Falls back to memory where the browser forbids storage. */
import type { Item, Shelf } from './outbox.ts';

const NAME = 'liengia';
const VERSION = 1;

let opening: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('outbox', { keyPath: 'id' });
      request.result.createObjectStore('kept');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('storage'));
  });
  return opening;
}

/** A storage that hangs is treated as one that is forbidden. */
const PATIENCE_MS = 2000;

function run<T>(store: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('storage')), PATIENCE_MS));
  return Promise.race([late, perform(store, mode, act)]);
}

async function perform<T>(store: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode);
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('storage'));
  });
}

const inMemory = new Map<string, Item>();

/** A failing disk must not stop a press: memory then holds what storage would not. */
export const shelf: Shelf = {
  async all() {
    const stored = await run<Item[]>('outbox', 'readonly', (s) => s.getAll()).catch(() => []);
    return [...new Map([...stored, ...inMemory.values()].map((item) => [item.id, item])).values()];
  },
  async put(item) {
    await run('outbox', 'readwrite', (s) => s.put(plain(item))).then(
      () => inMemory.delete(item.id),
      () => inMemory.set(item.id, item),
    );
  },
  async remove(id) {
    inMemory.delete(id);
    await run('outbox', 'readwrite', (s) => s.delete(id)).catch(() => undefined);
  },
};

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Values that outlive the page: the last home view, the language for the service worker, a late press that waits for its question. */
export const kept = {
  get: <T>(key: string): Promise<T | undefined> => run<T>('kept', 'readonly', (s) => s.get(key) as IDBRequest<T>).catch(() => undefined),
  put: (key: string, value: unknown): Promise<unknown> => run('kept', 'readwrite', (s) => s.put(plain(value), key)).catch(() => undefined),
  remove: (key: string): Promise<unknown> => run('kept', 'readwrite', (s) => s.delete(key)).catch(() => undefined),
};
