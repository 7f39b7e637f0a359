import { limits } from './limits.js';
import { scopes } from './scopes.js';
import { serviceTokens } from './service-tokens.js';

/** Every planted bug. */
export const mutants = [...limits, ...scopes, ...serviceTokens];
