import { contract } from '../define.js';
import { accountMembers } from './account.js';
import { healthMembers } from './health.js';
import { mailboxMembers } from './mailbox.js';
import { secretMembers } from './secret.js';
import { terraMembers } from './terra.js';
import { vendorMessageMembers } from './vendor-message.js';
import { visitorMembers } from './visitor.js';

export * from './account.js';
export * from './health.js';
export * from './mailbox.js';
export * from './secret.js';
export * from './terra.js';
export * from './vendor-message.js';
export * from './visitor.js';

export const connections = contract('connections', {
  ...secretMembers,
  ...accountMembers,
  ...healthMembers,
  ...mailboxMembers,
  ...terraMembers,
  ...vendorMessageMembers,
  ...visitorMembers,
});
