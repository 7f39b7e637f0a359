import { contract } from '../define.js';
import { actionMembers } from './action.js';
import { appLogMembers } from './app-log.js';
import { cacheMembers } from './cache.js';
import { callMembers } from './call.js';
import { confirmationMembers } from './confirmation.js';
import { chatMembers } from './chat.js';
import { conversationMembers } from './conversation.js';
import { documentMembers } from './document.js';
import { feedMembers } from './feed.js';
import { fileMembers } from './file.js';
import { irMembers } from './ir.js';
import { mcpServerMembers } from './mcp-server.js';
import { signingSecretMembers } from './signing-secret.js';
import { settingsMembers } from './settings.js';
import { skeletonMembers } from './skeleton.js';
import { storageMembers } from './storage.js';
import { taskMembers } from './task.js';
import { traceMembers } from './trace.js';
import { webhookMembers } from './webhook.js';

export * from './action.js';
export * from './app-log.js';
export * from './cache.js';
export * from './call.js';
export * from './confirmation.js';
export * from './chat.js';
export * from './conversation.js';
export * from './document.js';
export * from './feed.js';
export * from './file.js';
export * from './ir.js';
export * from './settings.js';
export * from './mcp-server.js';
export * from './signing-secret.js';
export * from './skeleton.js';
export * from './storage.js';
export * from './task.js';
export * from './trace.js';
export * from './webhook.js';

export const kernel = contract('kernel', {
  ...callMembers,
  ...appLogMembers,
  ...confirmationMembers,
  ...settingsMembers,
  ...irMembers,
  ...mcpServerMembers,
  ...storageMembers,
  ...documentMembers,
  ...fileMembers,
  ...skeletonMembers,
  ...cacheMembers,
  ...actionMembers,
  ...feedMembers,
  ...taskMembers,
  ...traceMembers,
  ...chatMembers,
  ...webhookMembers,
  ...signingSecretMembers,
  ...conversationMembers,
});
