/**
 * The processes of Skep. The api-gateway owns no data and starts last, after the services that it calls.
 * @type {ReadonlyArray<{ name: string, context: string, database: boolean }>}
 */
export const services = [
  { name: 'auth-gateway', context: 'auth', database: true },
  { name: 'registry', context: 'registry', database: true },
  { name: 'marketplace', context: 'marketplace', database: true },
  { name: 'billing', context: 'billing', database: true },
  { name: 'developer-portal', context: 'portal', database: true },
  { name: 'kernel', context: 'kernel', database: true },
  { name: 'api-gateway', context: 'gateway', database: false },
];

/** The service's name in an environment variable: developer-portal → DEVELOPER_PORTAL. */
export const envName = (name) => name.toUpperCase().replaceAll('-', '_');

/** The service's role and database: developer-portal → skep_developer_portal. */
export const databaseName = (name) => `skep_${name.replaceAll('-', '_')}`;
