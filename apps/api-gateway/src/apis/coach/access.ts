import { user } from '../../route.js';

/** Someone with `coach:use`. */
export const person = user();
