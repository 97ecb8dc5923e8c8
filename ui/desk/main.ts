/** Opens the app: language first, then the first screen. */
import '@shared/base.css';
import { mount } from 'svelte';
import { startClient } from '@shared/api/client.ts';
import { lang, startTexts } from '@shared/i18n/index.svelte.ts';
import { applyTheme, chosenTheme } from '@shared/settings.ts';
import App from './App.svelte';
import { texts } from './texts.ts';

applyTheme(chosenTheme());
startClient({ language: lang });
await startTexts(texts);
mount(App, { target: document.getElementById('app')! });
