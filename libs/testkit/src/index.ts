export { totpCode, wrongCode } from './authenticator-app.js';
export { type AppProcess } from './app-process.js';
export { nobody, person, service } from './callers.js';
export { type Door, openDoor } from './door.js';
export { type Infrastructure, infrastructure } from './infrastructure.js';
export { codeOf, problemOf } from './problem-of.js';
export { schemaDrift } from './schema-drift.js';
export { type AnotherDoor, type Answer, type Json, type Person, type Request, type Skep, startSkep } from './skep.js';
export { until } from './until.js';
