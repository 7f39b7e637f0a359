export { type AppProcess } from './app-process.js';
export { type Infrastructure, infrastructure } from './infrastructure.js';
export { until } from './until.js';
