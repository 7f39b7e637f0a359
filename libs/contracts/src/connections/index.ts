import { contract } from '../define.js';
import { secretMembers } from './secret.js';

export * from './secret.js';

export const connections = contract('connections', {
  ...secretMembers,
});
