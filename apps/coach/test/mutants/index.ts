import type { Mutant } from '@skep/testkit';
import { account } from './account.js';
import { boards } from './boards.js';
import { questions } from './questions.js';
import { raceMutants } from './races.js';
import { routes } from './routes.js';

/** All planted bugs of this app. */
export const mutants: Mutant[] = [...account, ...boards, ...questions, ...raceMutants, ...routes];
