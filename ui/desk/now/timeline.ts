/** Picks from an entry's particulars what a reader wants: the home, what was said or seen, a note's words. Pure. */
export type Part = { id?: string; text: string };

export function particulars(args: unknown): Part[] {
  const given = (args ?? {}) as Record<string, unknown>;
  const parts: Part[] = [];
  if (typeof given.home === 'string') parts.push({ text: given.home });
  if (typeof given.said === 'string') parts.push({ id: `answer-${given.said}`, text: given.said });
  if (given.saw === 'fire' || given.saw === 'no_fire') parts.push({ id: given.saw === 'fire' ? 'saw-fire' : 'saw-no-fire', text: given.saw });
  if (typeof given.count === 'number') parts.push({ text: String(given.count) });
  if (typeof given.text === 'string') parts.push({ text: given.text });
  return parts;
}
