import { isRefusal } from '@skep/contracts';
import { type InstallChanged, type LiveReleaseChanged, registry } from '@skep/contracts/registry';
import { Bus, type Ctx, Handlers, newCtx, OnEvent, OnRun, type Run, runKind, Runs } from '@skep/platform';
import { type NewRule, RuleRepository } from '../rule/rule.repository.js';
import { declaredRulesOf } from './declared-rules.js';

/** Gives all users of an app the rules of its new release. */
const REFRESH = runKind<{ app_id: string }>('declared.refresh', { overlap: 'replace', retries: 1_000 });

@Handlers()
export class DeclaredHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly rules: RuleRepository,
    private readonly runs: Runs,
  ) {}

  /** Gives a user the rules of an app that they have, and removes those of one that they no longer have. */
  @OnEvent(registry.installChanged, { idempotent: true })
  installChanged({ trace }: Ctx, { tenant_id, user_id, app_id }: InstallChanged): Promise<void> {
    return this.refresh(newCtx({ tenant: tenant_id, user: user_id, actor: 'service:automation', trace }), app_id);
  }

  @OnEvent(registry.liveReleaseChanged)
  async liveReleaseChanged(ctx: Ctx, { app_id }: LiveReleaseChanged): Promise<void> {
    await this.runs.start(REFRESH, ctx, { app_id }, { lane: app_id });
  }

  @OnRun(REFRESH)
  async refreshAll(run: Run, { app_id }: { app_id: string }): Promise<void> {
    const refreshPage = async (ctx: Ctx, after?: { tenant_id: string; user_id: string }) => {
      const { installs } = await this.bus.call(registry.listInstalls, ctx, { app_id, ...(after && { after }) });
      for (const { tenant_id: tenant, user_id: user } of installs) await this.refresh({ ...ctx, tenant, user }, app_id);
      return installs.at(-1) ?? null;
    };
    let last = await run.step('page 0', ({ ctx }) => refreshPage(ctx));
    for (let page = 1; last; page++) {
      const after = last;
      last = await run.step(`page ${page}`, ({ ctx }) => refreshPage(ctx, after));
    }
  }

  private async refresh(user: Ctx, app_id: string): Promise<void> {
    await this.rules.replaceOfApp(user, app_id, await this.find(user, app_id));
  }

  private async find(user: Ctx, app_id: string): Promise<NewRule[]> {
    try {
      const app = await this.bus.call(registry.resolveCall, user, { app_id });
      return declaredRulesOf(await this.bus.call(registry.getRelease, user, { app_id, revision: app.revision }), app);
    } catch (error) {
      if (isRefusal(error)) return [];
      throw error;
    }
  }
}
