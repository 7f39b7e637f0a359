import { agent } from '@skep/contracts/agent';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { AgentModule } from './agent/agent.module.js';
import { AgentConfig } from './agent.config.js';
import { CodingSessionModule } from './coding-session/coding-session.module.js';
import { ConfigModule } from './config/config.module.js';
import { ConversationModule } from './conversation/conversation.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { MemoryModule } from './memory/memory.module.js';
import { OpenAiModule } from './openai/openai.module.js';
import { PluginModule } from './plugins/plugin.module.js';
import { RuntimeModule } from './runtime/runtime.module.js';
import { SecurityModule } from './security/security.module.js';
import { SkillModule } from './skills/skill.module.js';
import { SocketModule } from './socket/socket.module.js';
import { SubagentModule } from './subagent/subagent.module.js';
import { TurnModule } from './turn/turn.module.js';
import { WorkspaceModule } from './workspace/workspace.module.js';

export const service: Service = {
  name: 'agent',
  contract: agent,
  config: AgentConfig,
  modules: [
    AgentModule,
    CodingSessionModule,
    ConfigModule,
    ConversationModule,
    ErasureModule,
    MemoryModule,
    OpenAiModule,
    PluginModule,
    RuntimeModule,
    SecurityModule,
    SkillModule,
    SocketModule,
    SubagentModule,
    TurnModule,
    WorkspaceModule,
  ],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
