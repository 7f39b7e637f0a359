import { automation } from '@skep/contracts/automation';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { AutomationConfig } from './automation.config.js';
import { CronModule } from './cron/cron.module.js';
import { DeclaredModule } from './declared/declared.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { ExecutionModule } from './execution/execution.module.js';
import { HappeningModule } from './happening/happening.module.js';
import { JobModule } from './job/job.module.js';
import { LateWorkModule } from './late/late-work.module.js';
import { QueueModule } from './queue/queue.module.js';
import { RuleModule } from './rule/rule.module.js';
import { TriggerModule } from './trigger/trigger.module.js';
import { WebhookModule } from './webhook/webhook.module.js';

export const service: Service = {
  name: 'automation',
  contract: automation,
  config: AutomationConfig,
  modules: [
    RuleModule,
    DeclaredModule,
    ExecutionModule,
    TriggerModule,
    JobModule,
    QueueModule,
    HappeningModule,
    CronModule,
    WebhookModule,
    LateWorkModule,
    ErasureModule,
  ],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
