import { expect, test } from 'vitest';
import { exampleAlarm } from '@shared/alarm-example.ts';
import { silenceKey } from './silence.ts';

test('silence holds for one alarm as it stands, and not once another home burns or the team is rung', () => {
  const alarm = exampleAlarm();
  const more = exampleAlarm({ households: alarm.households.map((home) => ({ ...home, burning: true })) });
  const warning = exampleAlarm({ state: 'own_home_warning' });
  expect(silenceKey(exampleAlarm({ counts: { seen: 9 } }))).toBe(silenceKey(alarm));
  expect(new Set([alarm, more, warning, exampleAlarm({ alarm: 'other' })].map(silenceKey)).size).toBe(4);
});
