/** What a device is called where no one gave it a name: what it is, and where. */
import type { Device } from '../api/types.ts';
import { t } from '../i18n/index.svelte.ts';

export const KINDS: readonly Device['kind'][] = ['bell', 'button', 'detector', 'combined'];
export const SPOTS: readonly Device['spot'][] = ['ground_floor', 'upper_floor', 'kitchen', 'outside', 'other'];

export const spotText = (spot: Device['spot']): string => t(`spot-${spot.replaceAll('_', '-')}`);

/** “Bell · Ground floor” */
export const deviceName = (one: Pick<Device, 'kind' | 'label' | 'spot'>): string => `${t(`device-${one.kind}`)} · ${one.label || spotText(one.spot)}`;

/** Whether it makes the sound that wakes people. */
export const rings = (one: Pick<Device, 'kind'>): boolean => one.kind === 'bell' || one.kind === 'combined';
