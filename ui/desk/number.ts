/** The emergency number, as the node is set; Viet Nam's until it has said. */
import { here } from './state.svelte.ts';

export const emergencyNumber = (): string => here.board?.emergency_number ?? '114';
