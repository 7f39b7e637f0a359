export { FirebaseApiBase, firebaseProjectUrl } from './firebase-api.js';
export { parseServiceAccount, ServiceAccount, type ServiceAccountKey } from './service-account.js';
