/** Screens that are fetched when they are opened first. The board itself is in the first load. */
import type { Component } from 'svelte';
import type { Place } from '../board.ts';

type Later = () => Promise<{ default: Component }>;

export const screens: Record<Exclude<Place, 'now'>, Later> = {
  accounts: () => import('../accounts/Accounts.svelte'),
  drills: () => import('../drills/Drills.svelte'),
  me: () => import('../me/Me.svelte'),
  places: () => import('../lists/Places.svelte'),
  shifts: () => import('../lists/Shifts.svelte'),
  past: () => import('../lists/Past.svelte'),
  teams: () => import('../lists/Teams.svelte'),
  homes: () => import('../lists/Homes.svelte'),
  points: () => import('../lists/Points.svelte'),
  wall: () => import('../eyes/Wall.svelte'),
  playback: () => import('../eyes/playback/Playback.svelte'),
  sightings: () => import('../eyes/Sightings.svelte'),
  cameras: () => import('../eyes/Cameras.svelte'),
  evidence: () => import('../eyes/Evidence.svelte'),
  health: () => import('../lists/Health.svelte'),
};
