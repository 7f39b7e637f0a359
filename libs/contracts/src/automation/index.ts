import { contract } from '../define.js';
import { cronMembers } from './cron.js';
import { eventRuleMembers } from './event-rule.js';
import { executionMembers } from './execution.js';
import { queueMembers } from './queue.js';
import { ruleMembers } from './rule.js';
import { webhookMembers } from './webhook.js';

export * from './cron.js';
export * from './event-rule.js';
export * from './execution.js';
export * from './queue.js';
export * from './rule.js';
export * from './secret-rotation.js';
export * from './webhook.js';

export const automation = contract('automation', {
  ...ruleMembers,
  ...executionMembers,
  ...cronMembers,
  ...eventRuleMembers,
  ...queueMembers,
  ...webhookMembers,
});
