/** What the screens of my camera look like. */
import { wear as put, wearMasks } from '@shared/watch/masks/wear.ts';
import url from './camera.css?url';

export function wear(): void {
  wearMasks();
  put(url);
}
