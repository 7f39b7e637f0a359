import { IdempotencyInProgress, Problem, TooManyRequests } from '@skep/contracts';
import { type Ctx, Database, type Log, LOG, newCtx } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import type { DeployEntity } from './deploy.entity.js';
import { DeployRepository } from './deploy.repository.js';
import { type Draft, Releases, type Subject } from './releases.js';

/** As long as the registry remembers an idempotency key, so that trying again never makes a second release. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** Part of the idempotency key, so it is the same for every attempt. */
const ACTOR = 'service:developer-portal';
const NOT_RUNNABLE = 'The app has no IR: its functions are listed, but nothing here can run them.';

/**
 * Runs deploys to their ends, those of one app in the order in which they were asked for. It may be stopped at any point and run
 * again, also twice at once: a deploy's id is the idempotency key of its release, and only one run ends the deploy.
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

  /** Goes on at once with what a stopped process left behind, rather than when its events come again. Nobody waits for it. */
  onApplicationBootstrap(): void {
    void this.resume();
  }

  /** Runs a deploy, and before it the app's earlier ones. @throws whatever may be better the next time: a peer or Postgres is away */
  async run(ctx: Ctx, deploy_id: string): Promise<void> {
    for (const deploy of await this.deploys.unfinishedUpTo(deploy_id)) await this.runOne(ctx, deploy);
  }

  private async resume(): Promise<void> {
    const waits = (error: unknown) => this.log.warn({ error }, 'an unfinished deploy waits for its event');
    const unfinished = await this.deploys.unfinished().catch((error: unknown) => (waits(error), []));
    for (const { deploy_id, tenant_id, developer_id } of unfinished)
      await this.run(newCtx({ tenant: tenant_id, user: developer_id, actor: ACTOR }), deploy_id).catch(waits);
  }

  private async runOne(ctx: Ctx, deploy: DeployEntity): Promise<void> {
    const { deploy_id, tenant_id, developer_id, subject, created_at } = deploy;
    if (!subject) return;
    try {
      await this.attempt({ ...ctx, tenant: tenant_id, user: developer_id, actor: ACTOR, idempotencyKey: deploy_id }, deploy, subject);
    } catch (error) {
      const tooLate = Date.now() - created_at.getTime() > GIVE_UP_AFTER_MS;
      if (!tooLate && !isFinal(error)) throw error;
      await this.fail(ctx, deploy, `${tooLate ? 'Given up after a day: ' : ''}${wordsOf(error)}`);
    }
  }

  private async attempt(ctx: Ctx, deploy: DeployEntity, subject: Subject): Promise<void> {
    const checked = await this.releases.check(ctx, subject, deploy.version ?? undefined);
    if ('faults' in checked) return this.fail(ctx, deploy, checked.faults.join('; '));
    const revision = await this.releases.publish(ctx, subject, checked.draft);
    await this.succeed(ctx, deploy, checked.draft, revision);
  }

  private async succeed(ctx: Ctx, deploy: DeployEntity, { ir, version, functions, permissions }: Draft, revision: number): Promise<void> {
    const ending = ir ? { status: 'success' as const, error_message: '' } : { status: 'warning' as const, error_message: NOT_RUNNABLE };
    const release = { revision, version, functions, permission_ids: permissions };
    await this.db.transaction(async () => {
      const app = await this.apps.any(deploy.app_id, { lock: true });
      const first = await this.deploys.finish(ctx, deploy, { ...ending, revision });
      if (first && revision >= app.revision) await this.apps.change(app, { ...release, runnable: ir !== null });
    });
  }

  private async fail(ctx: Ctx, deploy: DeployEntity, reason: string): Promise<void> {
    const error_message = reason.slice(0, 10_000);
    await this.db.transaction(() => this.deploys.finish(ctx, deploy, { status: 'failed', error_message }));
  }
}

const TRANSIENT: readonly string[] = [TooManyRequests.code, IdempotencyInProgress.code];

/** A peer's refusal stays one however often it is asked. */
const isFinal = (error: unknown): error is Problem =>
  error instanceof Problem && error.body.status < 500 && !TRANSIENT.includes(error.body.code);

function wordsOf(error: unknown): string {
  if (!(error instanceof Problem)) return 'something went wrong on our side';
  const { detail } = error.body;
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}
