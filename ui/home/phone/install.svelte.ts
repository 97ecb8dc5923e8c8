/** Keeps the browser's offer to install the app until the person wants it. */
type Offer = Event & { prompt: () => Promise<unknown> };

let offer = $state.raw<Offer | null>(null);

export function startInstall(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer = event as Offer;
  });
  addEventListener('appinstalled', () => (offer = null));
}

export const install = {
  get possible() {
    return offer !== null;
  },
  async ask(): Promise<void> {
    const present = offer;
    offer = null;
    await present?.prompt();
  },
};
