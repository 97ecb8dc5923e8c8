/// <reference lib="webworker" />
/** Placeholder until the phone app has something to keep offline. */
declare const __PRECACHE__: string[];
declare const __BUILD__: string;
export const kept = [__BUILD__, __PRECACHE__];
