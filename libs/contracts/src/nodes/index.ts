import { contract } from '../define.js';
import { nodeEventMembers } from './events.js';
import { invocationMembers } from './invocation.js';
import { nodeMembers } from './node.js';
import { pairingMembers } from './pairing.js';
import { nodeSocketMembers } from './socket.js';

export * from './events.js';
export * from './invocation.js';
export * from './node.js';
export * from './pairing.js';
export * from './socket.js';

export const nodes = contract('nodes', {
  ...nodeEventMembers,
  ...invocationMembers,
  ...nodeMembers,
  ...nodeSocketMembers,
  ...pairingMembers,
});
