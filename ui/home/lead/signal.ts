/** Whether a home can be woken: by the best of its bells, since one that rings is enough. Pure. */
import type { Device } from '@shared/api/types.ts';

export type Signal = 'ok' | 'late' | 'silent' | 'never';

export function signal(devices: readonly Pick<Device, 'kind' | 'state'>[]): Signal {
  const bells = devices.filter((device) => device.kind === 'bell' || device.kind === 'combined').map((device) => device.state);
  if (bells.includes('ok')) return 'ok';
  if (bells.includes('late')) return 'late';
  return bells.includes('fault') ? 'silent' : 'never';
}
