/** Puts a style on the page once; it is a file of its own, and not part of what every phone fetches first. */
import masks from './masks.css?url';

const worn = new Set<string>();

export function wear(url: string): void {
  if (worn.has(url)) return;
  worn.add(url);
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = url;
  document.head.append(link);
}

/** What rectangles over a picture look like. */
export const wearMasks = (): void => wear(masks);
