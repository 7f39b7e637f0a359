/** What authors of apps write: the IR with its verbs and the manifest, their schemas, and what can be wrong with them. */
export * from './comparators.js';
export * from './contents.js';
export * from './describe-schema.js';
export * from './faults.js';
export * from './ir-document.js';
export * from './ir.docs.js';
export * from './ir.schema.js';
export * from './manifest-document.js';
export * from './manifest.docs.js';
export * from './manifest.schema.js';
export * from './names.js';
export * from './nearest.js';
export * from './verbs.js';
