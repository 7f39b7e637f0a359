import { stripTypeScriptTypes } from 'node:module';

/** A transformer for jest: removes the types of the TypeScript in tools/, like Node does when it runs it. */
export default { process: (/** @type {string} */ code) => ({ code: stripTypeScriptTypes(code) }) };
