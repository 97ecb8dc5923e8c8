/** Opens the console: theme and language first, then the first screen. */
import '@shared/base.css';
import './shapes.css';
import { mount } from 'svelte';
import { startClient } from '@shared/api/client.ts';
import { lang, startTexts } from '@shared/i18n/index.svelte.ts';
import { applyTheme, chosenTheme } from '@shared/settings.ts';
import App from './App.svelte';
import { startRouter } from './router.svelte.ts';
import { signedOut } from './state.svelte.ts';
import { texts } from './texts.ts';

applyTheme(chosenTheme());
startClient({ language: lang, onSignedOut: signedOut });
startRouter();
/** One-time links are `/setup#TOKEN` and `/welcome#CODE`: what follows the # never reaches a server or its log. */
const door = location.pathname === '/setup' ? 'setup' : location.pathname === '/welcome' ? 'welcome' : null;
const code = door && location.hash.length > 1 ? decodeURIComponent(location.hash.slice(1)) : '';
if (door) history.replaceState(null, '', location.pathname);
void startTexts(texts).then(() => mount(App, { target: document.getElementById('app')!, props: { door, code } }));
