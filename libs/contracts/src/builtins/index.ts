export * from './builtins.js';
export * from './permissions.js';
export * from './reserved.js';
