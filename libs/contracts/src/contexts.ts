/** The contexts of all services. A test compares them with their declarations. */
export const CONTEXTS: readonly string[] = [
  ...['agent', 'auth', 'automation', 'billing', 'channels', 'coach', 'connections'],
  ...['kernel', 'marketplace', 'models', 'nodes', 'portal', 'registry'],
];
