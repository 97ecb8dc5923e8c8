import { expect, test } from 'vitest';
import { NOBODY, personChanges, personFacts, withSkill, YES } from './people.ts';

const lan = { ...NOBODY, name: 'Trần Thị Lan', can_respond: YES, trained: 'gate' };

test('a skill is added and taken without touching the others', () => {
  const both = withSkill(lan, 'first_aid', true);
  expect(personFacts({ ...lan, trained: both }).trained).toEqual(['first_aid', 'gate']);
  expect(withSkill({ ...lan, trained: both }, 'gate', false)).toBe('first_aid');
});

test('whoever is under 18, or does not want to help, is not sent to help', () => {
  expect(personFacts({ ...lan, adult: '' })).toMatchObject({ adult: false, can_respond: false, trained: [] });
  expect(personFacts({ ...lan, can_respond: '' }).trained).toEqual([]);
});

test('a correction of a person carries only what was changed', () => {
  expect(personChanges(lan, { ...lan, phone: '0905 000 222', name: ' Trần Thị Lan ' })).toEqual({ phone: '0905 000 222' });
  expect(personChanges(lan, lan)).toEqual({});
});
