/**
 * What a screen that was silenced is silent for. Pure: one alarm in one state with so many burning homes. When another home
 * burns, or a warning goes to the whole team, it is another thing and sounds anew.
 */
import type { Alarm } from '@shared/api/types.ts';

export const burningHomes = (alarm: Alarm): number => alarm.households.filter((home) => home.burning).length;

export const silenceKey = (alarm: Alarm): string => `${alarm.alarm} ${alarm.state} ${burningHomes(alarm)}`;
