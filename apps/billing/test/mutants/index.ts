import { beyondHolds } from './beyond-holds.js';
import { holds } from './holds.js';

/** What they are planted in. */
export const build = 'apps/billing/dist';

/** Every planted bug. */
export const mutants = [...holds, ...beyondHolds];
