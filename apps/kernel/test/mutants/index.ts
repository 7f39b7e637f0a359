import { consent } from './consent.js';
import { scopes } from './scopes.js';

/** Every planted bug. */
export const mutants = [...consent, ...scopes];
