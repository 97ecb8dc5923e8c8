/** Sites and cameras as the fields of forms, and what disks still hold. Pure. */
import type { components } from '@shared/api/schema.d.ts';
import { spotOf } from '../map/project.ts';

type S = components['schemas'];
export type Site = S['SiteShown'];
export type Trial = S['TrialShown'];
export type SitePurpose = S['SitePurpose'];
export type Payer = S['Payer'];

export const SITE_PURPOSES: readonly SitePurpose[] = ['public_safety', 'traffic', 'flood', 'fire', 'public_building', 'home'];
/** Where voices matter; cars, water and smoke are not heard. */
export const needsSound = (purpose: string): boolean => ['public_safety', 'public_building', 'home'].includes(purpose);
export const PAYERS: readonly Payer[] = ['budget', 'residents', 'both', 'household'];
/** Eight directions are enough to say where a camera looks. */
export const DIRECTIONS = [0, 45, 90, 135, 180, 225, 270, 315] as const;
const KEEP_HOURS = 72;

/** Whether its residents may vote about looking at it. */
export const isOfResidents = ({ paid_by, purpose }: Pick<Site, 'paid_by' | 'purpose'>): boolean => (paid_by === 'residents' || paid_by === 'both') && purpose !== 'home';

export type SiteValues = { name: string; place: string; lat: string; lon: string; purpose: string; words: string; contact: string; payer: string; sound: boolean; keep: string };
export const NO_SITE: SiteValues = { name: '', place: '', lat: '', lon: '', purpose: '', words: '', contact: '', payer: 'budget', sound: false, keep: String(KEEP_HOURS) };

export const siteValues = (site: Site): SiteValues => ({
  name: site.name, place: site.place, lat: String(site.position.lat), lon: String(site.position.lon), purpose: site.purpose, words: site.words, contact: site.contact, payer: site.paid_by, sound: site.sound, keep: String(site.keep_hours),
});
export const siteLacks = (values: SiteValues): boolean => !values.name.trim() || !values.place || !spotOf(values.lat, values.lon) || !values.purpose || !values.contact.trim() || !isWhole(values.keep);
export const siteFacts = (values: SiteValues): S['NewSite'] => ({
  name: tidy(values.name), place: values.place, position: spotOf(values.lat, values.lon)!, purpose: values.purpose as SitePurpose, words: tidy(values.words), contact: tidy(values.contact), paid_by: values.payer as Payer, sound: values.sound && needsSound(values.purpose), keep_hours: Number(values.keep),
});

export type CameraValues = { site: string; name: string; lat: string; lon: string; direction: string; angle: string; reach: string };
export const NO_CAMERA: CameraValues = { site: '', name: '', lat: '', lon: '', direction: '0', angle: '90', reach: '30' };
export const WAYS = ['tcp', 'udp'] as const satisfies readonly S['Transport'][];
export type DoorValues = { url: string; sub: string; user: string; password: string; onvif: string; way: string };
export const NO_DOOR: DoorValues = { url: '', sub: '', user: '', password: '', onvif: '', way: 'tcp' };

export const cameraValues = (camera: S['CameraShown']): CameraValues => ({
  site: camera.site, name: camera.name, lat: String(camera.position.lat), lon: String(camera.position.lon), direction: String(camera.direction), angle: String(camera.angle), reach: String(camera.reach_m),
});
export const cameraLacks = (values: CameraValues): boolean => !values.site || !values.name.trim() || !spotOf(values.lat, values.lon) || !isWhole(values.angle) || !isWhole(values.reach);
export const cameraFacts = (values: CameraValues): S['CameraParticulars'] => ({
  site: values.site, name: tidy(values.name), position: spotOf(values.lat, values.lon)!, direction: Number(values.direction), angle: Number(values.angle), reach_m: Number(values.reach),
});
/** Whether its pictures come over TLS, which goes over TCP alone. */
export const isSecure = (values: DoorValues): boolean => [values.url, values.sub].some((url) => /^rtsps:/i.test(url.trim()));
/** `seen`: what was shown when it was tried, to be known of it from now on. */
export const doorOf = (values: DoorValues, seen?: Trial | null): S['NewDoor'] => ({
  url: values.url.trim(), sub_url: values.sub.trim(), user: values.user.trim(), password: values.password, onvif: values.onvif.trim(), transport: values.way === 'udp' && !isSecure(values) ? 'udp' : 'tcp', certificate: seen?.certificate ?? '', onvif_certificate: seen?.onvif_certificate ?? '',
});
/** What was tried, to see whether it still is what would be saved. */
export const doorKey = (values: DoorValues): string => JSON.stringify(doorOf(values));

/** The nearest of the eight directions. */
export const nearestDirection = (degrees: number): number => (Math.round((((degrees % 360) + 360) % 360) / 45) * 45) % 360;

export const isWhole = (text: string): boolean => /^\d+$/.test(text.trim());
const tidy = (text: string): string => text.trim().normalize('NFC');

/** How many whole days a disk still lasts; null where nothing can be said. */
export const daysLeft = (days: number | null | undefined): number | null => (days === null || days === undefined || !Number.isFinite(days) ? null : Math.max(0, Math.floor(days)));
