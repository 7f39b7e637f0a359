import { access } from './security/access.js';
import { authentication } from './security/authentication.js';
import { sessions } from './security/sessions.js';

/** Planted bugs for rules of docs/security.md. Each name starts with the numbers of the rules. */
export const security = [...authentication, ...sessions, ...access];
