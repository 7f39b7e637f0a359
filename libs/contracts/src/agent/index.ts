import { contract } from '../define.js';
import { agentMembers } from './agent.js';
import { branchMembers } from './branch.js';
import { chatMembers } from './chat.js';
import { codingRemoteMembers } from './coding-remote.js';
import { codingSessionMembers } from './coding-session.js';
import { configMembers } from './config.js';
import { conversationMembers } from './conversation.js';
import { memoryMembers } from './memory.js';
import { openaiMembers } from './openai.js';
import { pluginMembers } from './plugin.js';
import { openaiResponseMembers } from './openai-responses.js';
import { runtimeMembers } from './runtime.js';
import { securityMembers } from './security.js';
import { shareMembers } from './share.js';
import { skillMembers } from './skill.js';
import { socketMembers } from './socket.js';
import { subagentMembers } from './subagent.js';
import { tenantDefaultMembers } from './tenant-defaults.js';
import { unattendedMembers } from './unattended.js';
import { webMembers } from './web.js';

export * from './agent.js';
export * from './branch.js';
export * from './chat.js';
export * from './coding-frames.js';
export * from './coding-remote.js';
export * from './coding-session.js';
export * from './config.js';
export * from './conversation.js';
export * from './memory.js';
export * from './openai.js';
export * from './plugin.js';
export * from './openai-responses.js';
export * from './runtime.js';
export * from './security.js';
export * from './share.js';
export * from './skill.js';
export * from './socket.js';
export * from './subagent.js';
export * from './tenant-defaults.js';
export * from './unattended.js';
export * from './web.js';

export const agent = contract('agent', {
  ...agentMembers,
  ...branchMembers,
  ...chatMembers,
  ...codingRemoteMembers,
  ...codingSessionMembers,
  ...configMembers,
  ...conversationMembers,
  ...memoryMembers,
  ...openaiMembers,
  ...pluginMembers,
  ...openaiResponseMembers,
  ...runtimeMembers,
  ...securityMembers,
  ...shareMembers,
  ...skillMembers,
  ...socketMembers,
  ...subagentMembers,
  ...tenantDefaultMembers,
  ...unattendedMembers,
  ...webMembers,
});
