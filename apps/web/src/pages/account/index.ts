export { Connections } from './connections.js';
export { Keys } from './keys.js';
export { Mcp } from './mcp.js';
export { Security } from './security.js';
