/** Opens the phone app: theme and language first, then the first screen. */
import '@shared/base.css';
import { mount } from 'svelte';
import { startClient } from '@shared/api/client.ts';
import { lang, startTexts } from '@shared/i18n/index.svelte.ts';
import { applyTheme, chosenTheme } from '@shared/settings.ts';
import App from './App.svelte';
import { signedOut } from './node.svelte.ts';
import { startRouter } from './router.svelte.ts';
import { texts } from './texts.ts';

applyTheme(chosenTheme());
startClient({ language: lang, onSignedOut: signedOut });
startRouter();
/** An invitation is `/join#CODE`: what follows the # never reaches a server or its log. */
const code = location.pathname === '/join' && location.hash.length > 1 ? decodeURIComponent(location.hash.slice(1)) : null;
/**
 * Until then, and where no script runs, a number stands on the page: Viet Nam's, which a node has unless it was set otherwise
 * (`alarm.emergency_number`). The page is one file for all nodes and opens without any; every screen shows the node's own number.
 */
void startTexts(texts).then(() => {
  const target = document.getElementById('app')!;
  target.textContent = '';
  mount(App, { target, props: { code } });
});
