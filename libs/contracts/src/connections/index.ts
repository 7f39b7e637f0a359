import { contract } from '../define.js';
import { accountMembers } from './account.js';
import { mailboxMembers } from './mailbox.js';
import { secretMembers } from './secret.js';

export * from './account.js';
export * from './mailbox.js';
export * from './secret.js';

export const connections = contract('connections', {
  ...secretMembers,
  ...accountMembers,
  ...mailboxMembers,
});
