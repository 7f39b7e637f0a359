import type { Mutant } from '@skep/testkit';
import { account } from './account.js';

/** All planted bugs of this app. */
export const mutants: Mutant[] = [...account];
