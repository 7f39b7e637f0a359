import { containerExamples } from './containers.js';
import { dataExamples } from './data.js';
import { displayExamples } from './display.js';
import { inputExamples } from './inputs.js';
import type { Example } from './example.js';

export type { Example } from './example.js';

/** Examples of each published type, as apps send them. Every type has at least one. */
export const EXAMPLES: readonly Example[] = [...containerExamples, ...displayExamples, ...dataExamples, ...inputExamples];
