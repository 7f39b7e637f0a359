import { kernel } from '@skep/contracts/kernel';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { AppHealthModule } from './health/app-health.module.js';
import { AppLogModule } from './logs/app-log.module.js';
import { ActionModule } from './actions/action.module.js';
import { AiModule } from './ai/ai.module.js';
import { CacheModule } from './ext-cache/cache.module.js';
import { CallModule } from './call/call.module.js';
import { CallTokenModule } from './call-token/call-token.module.js';
import { ChatModule } from './chat/chat.module.js';
import { CheckModule } from './check/check.module.js';
import { ConfirmationModule } from './confirmation/confirmation.module.js';
import { ConversationModule } from './conversation/conversation.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { FeedModule } from './feed/feed.module.js';
import { FileModule } from './files/file.module.js';
import { KernelConfig } from './kernel.config.js';
import { McpRequestModule } from './mcp-requests/mcp-request.module.js';
import { OperateModule } from './operate/operate.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { SigningSecretModule } from './signing-secret/signing-secret.module.js';
import { SkeletonModule } from './skeleton/skeleton.module.js';
import { SkeletonRefreshModule } from './skeleton-refresh/skeleton-refresh.module.js';
import { StoreModule } from './store/store.module.js';
import { TaskModule } from './tasks/task.module.js';
import { TaskRunModule } from './task-runs/task-run.module.js';
import { TraceModule } from './trace/trace.module.js';
import { WebhookModule } from './webhook/webhook.module.js';

export const service: Service = {
  name: 'kernel',
  contract: kernel,
  config: KernelConfig,
  modules: [
    CallModule,
    CallTokenModule,
    McpRequestModule,
    ConfirmationModule,
    OperateModule,
    SettingsModule,
    TaskModule,
    TaskRunModule,
    TraceModule,
    AiModule,
    StoreModule,
    FileModule,
    SkeletonModule,
    SkeletonRefreshModule,
    CacheModule,
    ChatModule,
    ConversationModule,
    CheckModule,
    ActionModule,
    FeedModule,
    WebhookModule,
    SigningSecretModule,
    AppHealthModule,
    AppLogModule,
    ErasureModule,
  ],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
