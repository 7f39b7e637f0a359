export { type AppProcess } from './app-process.js';
export { type Infrastructure, infrastructure } from './infrastructure.js';
export { type Answer, type Json, type Person, type Request, type Skep, startSkep } from './skep.js';
export { until } from './until.js';
