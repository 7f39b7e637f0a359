import type { Apis } from '../api.js';
import { cloud } from './cloud/index.js';

/** Every public API. */
export const apis: Apis = [cloud];
