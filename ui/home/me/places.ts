/** Which screen of “My home” an address leads to; fetched with the first of them. */
type Module = { default: unknown };
type Found = [Promise<Module>, Record<string, unknown>?];

function camera(id: string | undefined, more: string | undefined): Found {
  if (id && more === 'share') return [import('./camera/Share.svelte'), { id }];
  if (id && more === 'picture') return [import('./camera/Picture.svelte'), { id }];
  if (id && more === 'looks') return [import('./camera/Looks.svelte'), { id }];
  if (id) return [import('./camera/Camera.svelte'), { id }];
  return [import('./camera/Cameras.svelte')];
}

/** `['me', 'people']` and so on: the screen's code, and what it is told. */
export function find([, what, id, more]: readonly string[]): Found {
  if (what === 'people' && id && more === 'help') return [import('./Help.svelte'), { id }];
  if (what === 'people' && id) return [import('./PersonScreen.svelte'), { id }];
  if (what === 'people') return [import('./People.svelte')];
  if (what === 'devices') return [import('./Devices.svelte')];
  if (what === 'phones') return [import('./Phones.svelte')];
  if (what === 'camera') return camera(id, more);
  if (what === 'village' && id) return [import('./village/Camera.svelte'), { id }];
  if (what === 'village') return [import('./village/Village.svelte')];
  return [import('./Me.svelte')];
}
