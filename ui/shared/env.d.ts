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

declare module '*.ftl?part=first' {
  const resource: import('@fluent/bundle').FluentResource;
  export default resource;
}

declare module '*.ftl?part=later' {
  const resource: import('@fluent/bundle').FluentResource;
  export default resource;
}

declare module '*.ftl?only=sw-title,sw-body,sw-ask-title,sw-ask-body' {
  const resource: import('@fluent/bundle').FluentResource;
  export default resource;
}

/** Where the shared event worker was built to; empty under the development server. */
declare const __EVENTS_WORKER__: string;
