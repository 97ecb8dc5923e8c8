/**
 * Picks from an entry's particulars what a reader wants: the home, what was said or seen, a note's words, the alarm
 * that it is linked with. Pure.
 */
export type Part = { id?: string; text: string; alarm?: string };

export function particulars(args: unknown): Part[] {
  const given = (args ?? {}) as Record<string, unknown>;
  const parts: Part[] = [];
  if (typeof given.home === 'string') parts.push({ text: given.home });
  if (typeof given.said === 'string') parts.push({ id: `answer-${given.said}`, text: given.said });
  if (typeof given.rung === 'string') parts.push({ id: `rung-${given.rung}`, text: given.rung });
  if (typeof given.card === 'string' || typeof given.role === 'string') parts.push({ id: `card-${String(given.card ?? given.role).replaceAll('_', '-')}`, text: '' });
  if (typeof given.looked_by === 'string' && given.looked_by) parts.push({ text: given.looked_by });
  if (typeof given.reason === 'string') parts.push({ id: `close-${given.reason.replaceAll('_', '-')}`, text: given.reason });
  if (given.saw === 'fire' || given.saw === 'no_fire') parts.push({ id: given.saw === 'fire' ? 'saw-fire' : 'saw-no-fire', text: given.saw });
  if (typeof given.told_to === 'string' && given.told_to) parts.push({ text: given.told_to });
  if (typeof given.count === 'number') parts.push({ id: 'counted-out', text: String(given.count) });
  if (typeof given.away === 'number' && given.away > 0) parts.push({ id: 'counted-away', text: String(given.away) });
  if (typeof given.text === 'string') parts.push({ text: given.text });
  if (typeof given.with === 'string') parts.push({ text: '', alarm: given.with });
  return parts;
}
