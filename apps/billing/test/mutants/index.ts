import { beyondHolds } from './beyond-holds.js';
import { holds } from './holds.js';
import { payments } from './payments.js';
import { security } from './security.js';
import { versions } from './versions.js';

/** Every planted bug. */
export const mutants = [...holds, ...beyondHolds, ...payments, ...security, ...versions];
