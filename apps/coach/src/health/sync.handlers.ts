import { Problem } from '@skep/contracts';
import { connections } from '@skep/contracts/connections';
import { Bus, type Ctx, Handlers, LOG, type Log, OnRun, type Run, Runs } from '@skep/platform';
import { Inject } from '@nestjs/common';
import { CoachConfig } from '../coach.config.js';
import { RECEIVE, type ReceiveInput, SYNC, type SyncInput } from './health-runs.js';
import { HealthRepository } from './health.repository.js';
import { ProviderReadFailed, ReadProvider } from './read-provider.js';
import { NOTHING } from './record.js';
import { SourcesRepository } from './sources.repository.js';
import { type Checkpoint, type Pages, readTerra, type Received, type Vendor, VENDORS } from './vendors/index.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** What is new is looked for this far back: devices upload late. */
const RECENT_DAYS = 7;
const PAGES_MAX = 1_000;
const CALL_MS = 5_000;
const RECONNECT = 'reconnect';

/** Fills the mirror of people from the providers that they connect. */
@Handlers()
export class SyncHandlers {
  constructor(
    private readonly provider: ReadProvider,
    private readonly health: HealthRepository,
    private readonly sources: SourcesRepository,
    private readonly config: CoachConfig,
    private readonly bus: Bus,
    private readonly runs: Runs,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @OnRun(SYNC)
  async sync(run: Run, { provider, days = this.config.SKEP_COACH_BACKFILL_DAYS }: SyncInput): Promise<void> {
    const isCurrent = await run.step('source', async ({ ctx }) => (await this.sources.find(ctx, provider))?.run_id === run.id);
    if (!isCurrent) return;
    const error = await this.readAll(run, provider, days).then(
      () => undefined,
      (reason: unknown) => {
        if (reason instanceof ProviderReadFailed) return reason.message;
        throw reason;
      },
    );
    await run.commit('end', async ({ ctx }) => {
      const next = error === RECONNECT ? undefined : await this.startNext(ctx, provider, error === undefined ? RECENT_DAYS : days);
      await this.sources.end(ctx, provider, run.id, { next, error });
    });
    await run.step('note', ({ ctx }) =>
      this.bus.call(connections.noteHealthSync, hurried(ctx), { provider, ...(error !== undefined && { error }) }),
    );
  }

  @OnRun(RECEIVE)
  async receive(run: Run, { delivery_id }: ReceiveInput): Promise<void> {
    const named = await run.step('store', ({ ctx }) => this.store(ctx, delivery_id));
    if (!named) return;
    const { provider, path } = named;
    const read = (body: unknown) => ({ records: VENDORS[provider]?.readOne?.(body, path) ?? NOTHING });
    await this.provider.page(run, 'read', { provider, path, read, origin: 'message' }).catch((reason: unknown) => {
      // It has been deleted, or is not ours to see: nothing to store.
      if (!(reason instanceof ProviderReadFailed)) throw reason;
      this.log.info({ provider, reason: reason.message }, 'what a health provider named could not be read');
    });
  }

  private async startNext(ctx: Ctx, provider: string, days: number): Promise<string> {
    const at = new Date(Date.now() + this.config.SKEP_COACH_SYNC_HOURS * HOUR_MS);
    return (await this.runs.start(SYNC, ctx, { provider, days }, { at })).id;
  }

  private async readAll(run: Run, provider: string, days: number): Promise<void> {
    const vendor = VENDORS[provider]!;
    // Both are the same in every attempt.
    const since = new Date(await run.step('since', () => Date.now() - days * DAY_MS));
    const firsts = await run.step('lists', () => vendor.requests({ since }).map(({ first }) => first));
    const refused: number[] = [];
    const lists = vendor.requests({ since });
    for (const [at, list] of lists.entries()) {
      const refusal = await this.readList(run, provider, vendor, list, firsts[at]!);
      if (refusal) refused.push(refusal);
    }
    // A list that the person has not allowed stays empty; if none is allowed, that is an error.
    if (refused.length === lists.length) throw new ProviderReadFailed(`refused ${refused[0]}`);
  }

  /** @returns the status of a refusal, if the list is refused */
  private async readList(run: Run, provider: string, vendor: Vendor, { name, url }: Pages, first: Checkpoint): Promise<number | undefined> {
    let checkpoint: Checkpoint | undefined = first;
    for (let n = 0; checkpoint !== undefined && n < PAGES_MAX; n++) {
      const at: Checkpoint = checkpoint;
      const read = (body: unknown) => vendor.read(body, { name, checkpoint: at });
      const end = await this.provider.page(run, `${name} ${n}`, { provider, path: url(at), read, origin: 'backfill' });
      if ('refused' in end) {
        // Garmin has been asked for this time before.
        if (end.refused === 409) return undefined;
        if (end.refused === 401) throw new ProviderReadFailed(RECONNECT);
        return end.refused;
      }
      // A provider that repeats itself would have no end.
      checkpoint = end.next === at ? undefined : end.next;
    }
    return undefined;
  }

  /** @returns what the message only names, to be read from the provider */
  private async store(ctx: Ctx, delivery_id: string): Promise<{ provider: string; path: string } | undefined> {
    const delivery = await this.bus.call(connections.getHealthDelivery, hurried(ctx), { delivery_id }).catch((error: unknown) => {
      // Kept for a week, or erased.
      if (error instanceof Problem && error.body.status === 404) return undefined;
      throw error;
    });
    if (!delivery) return undefined;
    const { provider, payload, received_at: seen_at } = delivery;
    const body = JSON.parse(payload) as unknown;
    const { records, read: path }: Received = VENDORS[provider]?.received(body) ?? { records: readTerra(body) };
    await this.health.add(ctx, { provider, origin: 'message', seen_at }, records);
    return path === undefined ? undefined : { provider, path };
  }
}

const hurried = (ctx: Ctx): Ctx => ({ ...ctx, deadline: Math.min(ctx.deadline, Date.now() + CALL_MS) });
