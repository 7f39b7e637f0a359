export { Audit } from './audit.js';
export { HealthPage } from './health.js';
export { Payouts } from './payouts.js';
export { Providers } from './providers.js';
export { Roles } from './roles.js';
export { Tenants } from './tenants.js';
export { UserPage } from './user.js';
export { Users } from './users.js';
