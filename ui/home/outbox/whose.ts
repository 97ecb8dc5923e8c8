/**
 * Whose the words are that this phone keeps. Promises: what one person said is never sent with another's sign-in; whoever
 * signs out by choice leaves nothing behind.
 */
import { kept, shelf } from './shelf.ts';

/** The last person who used this phone, and whether they are signed in. */
type User = { person: string; here: boolean };

let user: User | undefined;
let forgetShown: () => void = () => {};

/** Who is signed in: null is nobody, undefined is not known yet, as in a page's first moments. */
export const whose = (): string | null | undefined => user && (user.here ? user.person : null);

/** The same as it was written down last, for where no page is open. */
export async function whoseWas(): Promise<string | null | undefined> {
  const last = await kept.get<User>('whose');
  return last && (last.here ? last.person : null);
}

/** What is to be forgotten on the screen, too, when another person uses this phone. */
export function whenAnother(forget: () => void): void {
  forgetShown = forget;
}

/** This person is signed in: what another one left goes. */
export async function nowOf(person: string): Promise<void> {
  if (user?.person === person && user.here) return;
  const known = user;
  user = { person, here: true };
  const before = known ?? (await kept.get<User>('whose'));
  await kept.put('whose', { person, here: true });
  if (before && before.person !== person) await forgetWords((item) => item.whose !== person);
}

/** Nobody is signed in, or perhaps somebody else in a moment: what was said waits until its person is back. */
export async function nowOfNobody(): Promise<void> {
  user ??= await kept.get<User>('whose');
  if (!user) return;
  user = { ...user, here: false };
  await kept.put('whose', user);
}

/** Whoever signs out by choice leaves nothing. */
export async function leaveNothing(): Promise<void> {
  await nowOfNobody();
  await forgetWords(() => true);
}

async function forgetWords(which: (item: { whose?: string | undefined }) => boolean): Promise<void> {
  forgetShown();
  await Promise.all([kept.remove('late'), kept.remove('raised')]);
  for (const item of (await shelf.all()).filter(which)) await shelf.remove(item.id);
}
