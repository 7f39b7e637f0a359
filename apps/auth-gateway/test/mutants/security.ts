import { access } from './security/access.js';
import { authentication } from './security/authentication.js';
import { sessions } from './security/sessions.js';

/** In what docs/security.md says: each is named after the rows that it breaks. */
export const security = [...authentication, ...sessions, ...access];
