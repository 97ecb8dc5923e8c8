/** A firefighting point as the fields of a form. */
import type { Contents } from '@shared/api/types.ts';

export const CONTENTS: readonly Contents[] = ['extinguisher', 'tools', 'cutter', 'ladder', 'hose', 'pump', 'water', 'masks'];

export type PointValues = { name: string; place: string; lat: string; lon: string; contents: Contents[]; access: string; keyholder: string };

export const NO_POINT: PointValues = { name: '', place: '', lat: '', lon: '', contents: [], access: '', keyholder: '' };
