/** Asks the node as a person's own page does: with their session and their origin. For what a test needs and is not about. */
import type { Page } from 'playwright-core';

export type Answer<T> = { status: number; body: T };

export function ask<T = Record<string, unknown>>(page: Page, method: string, path: string, body?: unknown): Promise<Answer<T>> {
  return page.evaluate(
    async ({ method, path, body }) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const answer = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      const text = await answer.text();
      return { status: answer.status, body: text ? JSON.parse(text) : null };
    },
    { method, path, body },
  );
}

/** The same, where anything but a good answer is a fault of the test. */
export async function must<T = Record<string, unknown>>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await ask<T>(page, method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

type Open = { alarms: { alarm: string; mode: string; origin: { household: string | null }; households: { household: string }[] }[] };

/** The officer ends whatever is open, so that the next test begins in quiet. */
export async function allClear(officer: Page): Promise<void> {
  for (const { alarm, households } of (await must<Open>(officer, 'GET', '/api/board')).alarms) {
    const home = await must<{ people: { id: string; adult: boolean }[] }>(officer, 'GET', `/api/households/${households.at(-1)!.household}`);
    const looker = home.people.find((one) => one.adult)!.id;
    await must(officer, 'POST', `/api/alarms/${alarm}/looked`, { saw: 'no_fire', by: looker });
    await must(officer, 'POST', `/api/alarms/${alarm}/close`, { reason: 'no_fire', looked_by: looker });
  }
}
