/**
 * A question to the node that belongs to one screen: loading, there, or in trouble, and asked again on demand.
 * Keeps what it had while it asks again.
 */
import { words, type Words } from './words.ts';

export type Loaded<T> = { readonly value: T | null; readonly trouble: Words | null; readonly busy: boolean; again: () => Promise<void> };

export function load<T>(ask: () => Promise<T>): Loaded<T> {
  let value = $state.raw<T | null>(null);
  let trouble = $state<Words | null>(null);
  let busy = $state(true);

  async function again() {
    busy = true;
    try {
      value = await ask();
      trouble = null;
    } catch (reason) {
      trouble = words(reason);
    } finally {
      busy = false;
    }
  }
  void again();

  return {
    get value() {
      return value;
    },
    get trouble() {
      return trouble;
    },
    get busy() {
      return busy;
    },
    again,
  };
}
