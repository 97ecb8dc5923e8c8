/** What a correction sends: only what was changed. And what another person changed meanwhile. Pure. */
export type Values = Record<string, string>;

export function changes(before: Values, after: Values): Values {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => value.trim() !== (before[name] ?? '')).map(([name, value]) => [name, value.trim()]));
}

/** The fields whose present value in the record is neither what this person saw nor what they typed. */
export function clashes(before: Values, mine: Values, current: Values): string[] {
  return Object.keys(mine).filter((name) => (current[name] ?? '') !== (before[name] ?? '') || mine[name]!.trim() !== (before[name] ?? '')).filter((name) => (current[name] ?? '') !== mine[name]!.trim());
}
