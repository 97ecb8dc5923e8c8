/** Vibrates, where the phone can and the browser lets a page do so: only after somebody has touched it. */
export function shake(pattern: number | number[]): void {
  if (navigator.userActivation?.hasBeenActive === false) return;
  navigator.vibrate?.(pattern);
}
