/** A person as the fields of a form, all of them texts, and what is sent of them. Pure. */
import type { Person, Training } from '@shared/api/types.ts';
import type { Values } from './correct.ts';

export const SKILLS: readonly Training[] = ['extinguisher', 'first_aid', 'people_out', 'power', 'gate'];
export const YES = 'yes';
const flag = (on: boolean) => (on ? YES : '');

export const NOBODY: Values = { name: '', phone: '', adult: YES, tenant: '', can_respond: '', trained: '' };

export function personValues(one: Person): Values {
  return { name: one.name, phone: one.phone, adult: flag(one.adult), tenant: flag(one.tenant), can_respond: flag(one.can_respond), trained: [...one.trained].sort().join(' ') };
}

export const skillsOf = (values: Values): Training[] => SKILLS.filter((skill) => (values.trained ?? '').split(' ').includes(skill));

export function withSkill(values: Values, skill: Training, on: boolean): string {
  const kept = skillsOf(values).filter((one) => one !== skill);
  return (on ? [...kept, skill] : kept).sort().join(' ');
}

/** Nobody under 18 is sent to help, and nobody who does not want to. */
export function personFacts(values: Values): { name: string; phone: string; adult: boolean; tenant: boolean; can_respond: boolean; trained: Training[] } {
  const adult = values.adult === YES;
  const can_respond = adult && values.can_respond === YES;
  return { name: (values.name ?? '').trim().normalize('NFC'), phone: (values.phone ?? '').trim(), adult, tenant: values.tenant === YES, can_respond, trained: can_respond ? skillsOf(values) : [] };
}

/** Only what differs from before. */
export function personChanges(before: Values, after: Values): Record<string, unknown> {
  const [old, fresh] = [personFacts(before), personFacts(after)];
  return Object.fromEntries(Object.entries(fresh).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name as keyof typeof old])));
}
