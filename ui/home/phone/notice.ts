/**
 * What a push says, read with distrust: whatever is missing or malformed becomes the plain words that the phone carries
 * itself, because a push about a fire that shows nothing would be worse than a vague one. Pure.
 */
export type Push = {
  kind: string;
  alarm: string | null;
  /** Beside the ring itself: a card, the call to 114, news. Each takes the place of its own kind only. */
  part: string;
  /** Rings again when repeated, and stays until touched. */
  loud: boolean;
  title: string;
  body: string;
  at: number;
  actions: { action: string; title: string }[];
};

const PARTS = ['card', '114', 'news'];
const ACTIONS = ['coming', 'cannot', 'safe'];
/** Android shows two buttons; the rest is in the app. */
const ACTIONS_MOST = 2;
const ID = /^[0-9a-f-]{36}$/;

export function readPush(text: string, plain: { title: string; body: string }): Push {
  const data = parse(text);
  const string = (value: unknown, otherwise: string) => (typeof value === 'string' && value ? value : otherwise);
  const kind = string(data.kind, 'alarm');
  const alarm = typeof data.alarm === 'string' && ID.test(data.alarm) ? data.alarm : null;
  const at = typeof data.at === 'string' ? Date.parse(data.at) : NaN;
  const offered = Array.isArray(data.actions) ? (data.actions as { action?: unknown; title?: unknown }[]) : [];
  return {
    kind,
    alarm,
    part: PARTS.includes(String(data.part)) ? String(data.part) : '',
    loud: kind === 'alarm',
    title: string(data.title, plain.title),
    body: string(data.body, plain.body),
    at: Number.isNaN(at) ? Date.now() : at,
    actions: offered
      .filter((one) => typeof one?.title === 'string' && ACTIONS.includes(String(one.action)))
      .slice(0, ACTIONS_MOST)
      .map((one) => ({ action: String(one.action), title: String(one.title) })),
  };
}

/** What a notification replaces: the ring never gives way to anything that is said beside it. */
export function tagOf(push: Push): string {
  const about = push.alarm ?? push.kind;
  return push.part ? `${about} ${push.part}` : about;
}

/** Of these tags those that the end of this alarm puts away. */
export function endedBy(push: Push, tags: readonly string[]): string[] {
  return push.kind === 'closed' && push.alarm ? tags.filter((tag) => PARTS.some((part) => tag === `${push.alarm} ${part}`)) : [];
}

function parse(text: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(text);
    return data && typeof data === 'object' ? (data as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
