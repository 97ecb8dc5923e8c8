/// <reference types="svelte" />
/// <reference types="vite/client" />

declare module '*.svg?shape' {
  const shape: string;
  export default shape;
}

declare module '*.ftl' {
  const resource: import('@fluent/bundle').FluentResource;
  export default resource;
}

/** Where the shared event worker was built to; empty under the development server. */
declare const __EVENTS_WORKER__: string;
