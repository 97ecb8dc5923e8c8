/** Puts the style of pictures and what is drawn on them on the page once; it is a file of its own, and not part of what every phone fetches first. */
import url from './camera.css?url';

let worn = false;

export function wear(): void {
  if (worn) return;
  worn = true;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = url;
  document.head.append(link);
}
