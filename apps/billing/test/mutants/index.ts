import { beyondHolds } from './beyond-holds.js';
import { holds } from './holds.js';

/** Every planted bug. */
export const mutants = [...holds, ...beyondHolds];
