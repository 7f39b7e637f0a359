import { IdempotencyInProgress, Problem, TooManyRequests } from '@skep/contracts';
import { type Ctx, Database, type Log, LOG, newCtx } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import type { DeployEntity } from './deploy.entity.js';
import { DeployRepository } from './deploy.repository.js';
import { contentOf, type DeploySource, type ReleaseDraft, Releases } from './releases.js';

/** As long as the registry keeps an idempotency key, so that a retry never publishes a second release. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** The registry stores idempotency keys per actor, so the actor is the same in every attempt. */
const ACTOR = 'service:developer-portal';
const NOT_RUNNABLE = 'The app has no IR: its functions are listed, but Skep cannot run them.';

/** How the deploy of a release ends. */
export const outcomeOf = ({ ir }: ReleaseDraft) =>
  ir ? ({ status: 'success', error_message: '' } as const) : ({ status: 'warning', error_message: NOT_RUNNABLE } as const);

/**
 * Runs pending deploys to their end, those of one app in the order of the requests. Safe to interrupt at any point, to repeat and to run
 * concurrently: a deploy's id is the idempotency key of its release, and one conditional update ends the deploy.
 */
@Injectable()
export class RunDeploy implements OnApplicationBootstrap {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly releases: Releases,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Continues deploys that a stopped process left pending, without waiting for their events. Runs in the background. */
  onApplicationBootstrap(): void {
    void this.resume();
  }

  /** Runs a deploy after the app's earlier ones. @throws transient errors (another service or Postgres is unavailable), to be retried */
  async run(ctx: Ctx, deploy_id: string): Promise<void> {
    for (const deploy of await this.deploys.listUnfinishedUpTo(deploy_id)) await this.runOne(ctx, deploy);
  }

  private async resume(): Promise<void> {
    const warn = (error: unknown) => this.log.warn({ error }, 'could not resume deploys; they continue when their events are redelivered');
    const unfinished = await this.deploys.listUnfinished().catch((error: unknown) => (warn(error), []));
    for (const { deploy_id, tenant_id, developer_id } of unfinished)
      await this.run(newCtx({ tenant: tenant_id, user: developer_id, actor: ACTOR }), deploy_id).catch(warn);
  }

  private async runOne(ctx: Ctx, deploy: DeployEntity): Promise<void> {
    const { deploy_id, tenant_id, developer_id, source, created_at } = deploy;
    if (!source) return;
    try {
      await this.attempt({ ...ctx, tenant: tenant_id, user: developer_id, actor: ACTOR, idempotencyKey: deploy_id }, deploy, source);
    } catch (error) {
      const tooLate = Date.now() - created_at.getTime() > GIVE_UP_AFTER_MS;
      if (!tooLate && !isFinal(error)) throw error;
      await this.fail(ctx, deploy, `${tooLate ? 'Gave up after 24 hours: ' : ''}${messageOf(error)}`);
    }
  }

  private async attempt(ctx: Ctx, deploy: DeployEntity, source: DeploySource): Promise<void> {
    const result = await this.releases.check(ctx, source, deploy.version ?? undefined);
    if ('faults' in result) return this.fail(ctx, deploy, result.faults.join('; '));
    const revision = await this.releases.publish(ctx, source, result.draft);
    await this.succeed(ctx, deploy, source, result.draft, revision);
  }

  private async succeed(ctx: Ctx, deploy: DeployEntity, { remote }: DeploySource, draft: ReleaseDraft, revision: number): Promise<void> {
    await this.db.transaction(async () => {
      const app = await this.apps.get(deploy.app_id, { lock: true });
      const ended = await this.deploys.finish(ctx, deploy, { ...outcomeOf(draft), revision });
      const { ir, manifest, functions } = draft;
      const ofServer = remote ? { ir, manifest_json: manifest, tools_json: functions } : {};
      if (ended && revision >= app.revision) await this.apps.update(app, { ...contentOf(draft, revision), ...ofServer });
    });
  }

  private async fail(ctx: Ctx, deploy: DeployEntity, reason: string): Promise<void> {
    const error_message = reason.slice(0, 10_000);
    await this.db.transaction(() => this.deploys.finish(ctx, deploy, { status: 'failed', error_message }));
  }
}

const TRANSIENT: readonly string[] = [TooManyRequests.code, IdempotencyInProgress.code];

/** Whether a retry would fail again: another service refused the request. */
const isFinal = (error: unknown): error is Problem =>
  error instanceof Problem && error.body.status < 500 && !TRANSIENT.includes(error.body.code);

function messageOf(error: unknown): string {
  if (!(error instanceof Problem)) return 'internal error';
  const { detail } = error.body;
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}
