export { parseServiceAccount, ServiceAccount, type ServiceAccountKey } from './service-account.js';
