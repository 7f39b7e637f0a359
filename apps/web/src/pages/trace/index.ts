export { FindTrace } from './find-trace.js';
export { TracePage } from './trace-page.js';
