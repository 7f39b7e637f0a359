import { billing } from '@skep/contracts/billing';
import { BUILTIN_OPERATIONS } from '@skep/contracts/builtins';
import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { AiModule } from '../ai/ai.module.js';
import { CodeModule } from '../code/code.module.js';
import { ConfirmationModule } from '../confirmation/confirmation.module.js';
import { CallTokenModule } from '../call-token/call-token.module.js';
import { FeedModule } from '../feed/feed.module.js';
import { AppHealthModule } from '../health/app-health.module.js';
import { AppLogModule } from '../logs/app-log.module.js';
import { McpModule } from '../mcp/mcp.module.js';
import { ServerClientModule } from '../server-client/server-client.module.js';
import { SigningSecretModule } from '../signing-secret/signing-secret.module.js';
import { SkeletonModule } from '../skeleton/skeleton.module.js';
import { StoreModule } from '../store/store.module.js';
import { TaskModule } from '../tasks/task.module.js';
import { AppResolver } from './app-resolver.js';
import { CallCode } from './call-code.js';
import { CallFunction } from './call-function.js';
import { CallFunctions } from './call-functions.js';
import { CallHandlers } from './call.handlers.js';
import { CallLimiter } from './call-limiter.js';
import { CallRecorder } from './call-recorder.js';
import { Charging } from './charging.js';
import { CallMcpTool } from './call-mcp-tool.js';
import { CallServer } from './call-server.js';
import { CallableApps } from './callable-apps.js';
import { DefaultPrices } from './price.js';
import { ExecuteCall } from './execute-call.js';
import { ProduceSection } from './produce-section.js';
import { UnlimitedUsers } from './unlimited-users.js';

@Aggregate({
  imports: [
    AiModule,
    AppHealthModule,
    AppLogModule,
    CallTokenModule,
    CodeModule,
    ConfirmationModule,
    FeedModule,
    McpModule,
    ServerClientModule,
    SigningSecretModule,
    SkeletonModule,
    StoreModule,
    TaskModule,
  ],
  handlers: [CallHandlers],
  providers: [
    CallFunction,
    CallFunctions,
    ExecuteCall,
    ProduceSection,
    CallRecorder,
    Charging,
    CallLimiter,
    DefaultPrices,
    UnlimitedUsers,
    AppResolver,
    CallableApps,
    CallCode,
    CallMcpTool,
    CallServer,
  ],
  exports: [AppResolver, CallableApps, CallCode, CallFunction, CallLimiter],
  calls: [
    ...BUILTIN_OPERATIONS,
    billing.admitCall,
    billing.captureHold,
    billing.getPriceList,
    billing.releaseHold,
    registry.getRelease,
    registry.resolveCall,
  ],
  listens: [billing.priceChanged, billing.subscriptionChanged, registry.callableAppChanged],
})
export class CallModule {}
