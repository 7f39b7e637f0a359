import { isRefusal, Problem } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { SkeletonNotFound, type SkeletonSection } from '@skep/contracts/kernel';
import { Bus, type Ctx, Database, LOG, type Log, newCtx, Runs } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AppResolver, type ResolvedApp } from '../call/app-resolver.js';
import { CallFunction } from '../call/call-function.js';
import type { IrSkeleton, JsonObject } from '../ir/ir.js';
import { type SectionKey, SkeletonRepository, type StoredSection } from '../skeleton/skeleton.repository.js';
import { ALERT, WatchSections } from './skeleton-runs.js';

/** How long a producer may take. */
const PRODUCER_MS = 30_000;
/** What is kept of a reader's deadline. */
const RESERVE_MS = 500;

type Owner = Pick<SectionKey, 'tenant_id' | 'user_id' | 'app_id'>;

/** Makes sections of skeletons by the producers that apps declare for them, as calls that no one waits for or is asked about. */
@Injectable()
export class RefreshSection {
  private readonly refreshing = new Map<string, Promise<void>>();

  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly runs: Runs,
    private readonly apps: AppResolver,
    private readonly calls: CallFunction,
    private readonly sections: SkeletonRepository,
    private readonly watch: WatchSections,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * A section, made again if what its producer made is out of date or missing. While that fails, the section stays as it was.
   * @throws Problem `skeleton_section_not_found`
   */
  async read(reader: Ctx, key: SectionKey): Promise<SkeletonSection> {
    const found = await this.sections.find(key);
    if (found?.is_fresh) return toSection(found);
    const deadline = Math.min(reader.deadline - RESERVE_MS, Date.now() + PRODUCER_MS);
    await this.refresh({ ...reader, deadline }, key, found).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      this.log.debug({ error, app: key.app_id, section: key.section }, 'a section was not made');
    });
    const section = await this.sections.find(key);
    if (!section) throw SkeletonNotFound();
    return toSection(section);
  }

  /** Makes the sections that alert their user, if they are out of date. False if there are none, or none can be made any more. */
  async refreshWatched(cause: Ctx, owner: Owner): Promise<boolean> {
    const resolved = await this.resolve(cause, owner).catch((error: unknown) => {
      if (isRefusal(error)) return undefined;
      throw error;
    });
    if (!resolved) return false;
    const { ctx, app } = resolved;
    const watched = [...app.skeleton.values()].filter(({ alert }) => alert);
    for (const declared of watched) {
      const key = { ...owner, section: declared.section };
      const found = await this.sections.find(key);
      if (!found?.is_fresh)
        await this.produce({ ...ctx, deadline: Date.now() + PRODUCER_MS }, app, declared, key, found).catch((error: unknown) => {
          if (!isRefusal(error)) throw error;
        });
    }
    return watched.length > 0;
  }

  /** Those who ask for one section at once get what one call makes. */
  private refresh(reader: Ctx, key: SectionKey, found: StoredSection | undefined): Promise<void> {
    const name = JSON.stringify([key.tenant_id, key.user_id, key.app_id, key.section]);
    const begun = this.refreshing.get(name);
    if (begun) return begun;
    const work = this.makeOne(reader, key, found).finally(() => this.refreshing.delete(name));
    this.refreshing.set(name, work);
    return work;
  }

  private async makeOne(reader: Ctx, key: SectionKey, found: StoredSection | undefined): Promise<void> {
    const { ctx, app } = await this.resolve(reader, key);
    const declared = app.skeleton.get(key.section);
    if (!declared) return;
    if (declared.alert) await this.watch.next(ctx, key.app_id);
    await this.produce(ctx, app, declared, key, found);
  }

  /** The user, without any scope, and the app as they may use it. @throws Problem `user_not_found`, and those of `AppResolver` */
  private async resolve({ trace, request, deadline }: Ctx, { tenant_id, user_id, app_id }: Owner): Promise<{ ctx: Ctx; app: ResolvedApp }> {
    const service = newCtx({ actor: 'service:kernel', tenant: tenant_id, trace, request, deadline });
    const { email, role } = await this.bus.call(auth.describeUser, service, { user_id, tenant_id });
    const ctx = { ...service, user: user_id, email, role };
    return { ctx, app: await this.apps.resolve(ctx, app_id) };
  }

  private async produce(
    ctx: Ctx,
    app: ResolvedApp,
    { section, alert, ttl }: IrSkeleton,
    key: SectionKey,
    found: StoredSection | undefined,
  ): Promise<void> {
    await this.db.inTenant(ctx.tenant, async () => {
      const { status, data } = await this.calls.performSkeleton(ctx, app, section);
      if (status !== 'success') return;
      await this.db.transaction(async () => {
        const hasChanged = await this.sections.keep(key, data as JsonObject, ttl, found?.version);
        if (hasChanged && alert && app.permissions.has('chat:send'))
          await this.runs.start(ALERT, ctx, { app_id: app.id, title: app.title, section });
      });
    });
  }
}

const toSection = ({ is_fresh: _, version: __, ...section }: StoredSection): SkeletonSection => section;
