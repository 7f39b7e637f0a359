import { scopes } from './scopes.js';

/** Every planted bug. */
export const mutants = [...scopes];
