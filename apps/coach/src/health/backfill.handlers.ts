import { Problem, Unavailable } from '@skep/contracts';
import { connections } from '@skep/contracts/connections';
import { Bus, type Ctx, Handlers, LOG, type Log, OnRun, type Run } from '@skep/platform';
import { Inject } from '@nestjs/common';
import { CoachConfig } from '../coach.config.js';
import { BACKFILL, type BackfillInput, FETCH, type FetchInput } from './backfill-kind.js';
import { HealthRepository } from './health.repository.js';
import type { Records } from './record.js';
import { SourcesRepository } from './sources.repository.js';
import { type VendorAnswer, VendorApi } from './vendor-api.js';
import { type Checkpoint, type Pages, type Vendor, VENDORS } from './vendors/index.js';

const DAY_MS = 86_400_000;
const PAGES_MAX = 1_000;
/** Failures of a page, one after the other, after which its provider has failed. */
const TRIES = 6;
const NOTE_MS = 5_000;

/** What became of a page: where the list continues, or how long to wait before it is asked for again. */
type Outcome = { next?: Checkpoint } | { waitMs: number; isFailure: boolean } | { refused: number };

/** Why the past of a person cannot be read: `reconnect`, `refused 403`, `failed`. */
class Failed extends Error {}

/** Fills the mirror of people from the providers that they connect. Each page is a step: it is stored, once, before the next one is read. */
@Handlers()
export class BackfillHandlers {
  constructor(
    private readonly api: VendorApi,
    private readonly health: HealthRepository,
    private readonly sources: SourcesRepository,
    private readonly config: CoachConfig,
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @OnRun(BACKFILL)
  async backfill(run: Run, { provider }: BackfillInput): Promise<void> {
    const vendor = VENDORS[provider]!;
    const error = await this.readAll(run, provider, vendor).then(
      () => undefined,
      (reason: unknown) => {
        if (reason instanceof Failed) return reason.message;
        throw reason;
      },
    );
    await run.commit('end', ({ ctx }) => this.sources.end(ctx, provider, run.id, error));
    await run.step('note', ({ ctx }) => this.note(ctx, provider, error));
  }

  @OnRun(FETCH)
  async fetch(run: Run, { provider, path }: FetchInput): Promise<void> {
    const vendor = VENDORS[provider]!;
    const read = (body: unknown) => ({ records: vendor.readOne?.(body) ?? { activities: [], sleeps: [], days: [] } });
    await this.patiently(run, 'read', (step) => this.page(run, step, provider, path, 'message', read)).catch((reason: unknown) => {
      // It has been deleted, or is not ours to see: nothing to store.
      if (!(reason instanceof Failed)) throw reason;
      this.log.info({ provider, reason: reason.message }, 'what a health provider named could not be read');
    });
  }

  private async readAll(run: Run, provider: string, vendor: Vendor): Promise<void> {
    const days = this.config.SKEP_COACH_BACKFILL_DAYS;
    const since = new Date(await run.step('since', () => Date.now() - days * DAY_MS));
    const firsts = await run.step('lists', () => vendor.requests({ since }).map(({ first }) => first));
    const refused: number[] = [];
    const lists = vendor.requests({ since });
    for (const [at, list] of lists.entries()) {
      const refusal = await this.readList(run, provider, vendor, list, firsts[at]!);
      if (refusal) refused.push(refusal);
    }
    // A list that the person has not allowed stays empty; if none is allowed, that is an error.
    if (refused.length === lists.length) throw new Failed(`refused ${refused[0]}`);
  }

  /** @returns the status of a refusal, if the list is refused */
  private async readList(run: Run, provider: string, vendor: Vendor, { name, url }: Pages, first: Checkpoint): Promise<number | undefined> {
    let checkpoint: Checkpoint | undefined = first;
    for (let n = 0; checkpoint !== undefined && n < PAGES_MAX; n++) {
      const at: Checkpoint = checkpoint;
      const read = (body: unknown) => vendor.read(body, { name, checkpoint: at });
      const outcome = await this.patiently(run, `${name} ${n}`, (step) => this.page(run, step, provider, url(at), 'backfill', read));
      if ('refused' in outcome) {
        // Garmin has been asked for this time before.
        if (outcome.refused === 409) return undefined;
        if (outcome.refused === 401) throw new Failed('reconnect');
        return outcome.refused;
      }
      // A provider that repeats itself would have no end.
      checkpoint = outcome.next === at ? undefined : outcome.next;
    }
    return undefined;
  }

  /** Repeats a step for as long as the provider limits requests. */
  private async patiently(run: Run, name: string, ask: (step: string) => Promise<Outcome>): Promise<Exclude<Outcome, { waitMs: number }>> {
    for (let [asked, failed] = [0, 0]; ; asked++) {
      const outcome = await ask(asked ? `${name}, ${asked + 1}` : name);
      if (!('waitMs' in outcome)) return outcome;
      if (outcome.isFailure && ++failed >= TRIES) throw new Failed('failed');
      await run.sleep(`${name}, pause ${asked + 1}`, outcome.waitMs * (outcome.isFailure ? 2 ** (failed - 1) : 1));
    }
  }

  private page(
    run: Run,
    name: string,
    provider: string,
    path: string,
    origin: 'backfill' | 'message',
    read: (body: unknown) => { records: Records; next?: Checkpoint },
  ): Promise<Outcome> {
    return run.step(name, async ({ ctx, signal }): Promise<Outcome> => {
      const seen_at = new Date();
      const answer = await this.ask(ctx, provider, path, signal);
      if ('refused' in answer) return answer;
      if ('retryAfterMs' in answer) return { waitMs: answer.retryAfterMs, isFailure: answer.why !== 'limited' };
      const { records, next } = read(answer.body);
      run.assertHeld();
      await this.health.add(ctx, { provider, origin, seen_at }, records);
      return next === undefined ? {} : { next };
    });
  }

  /** @throws Problem if connections does not answer; then the run is tried again */
  private async ask(ctx: Ctx, provider: string, path: string, signal: AbortSignal): Promise<VendorAnswer> {
    try {
      return await this.api.get(ctx, provider, path, signal);
    } catch (error) {
      if (error instanceof Problem && (error.body.status < 500 || error.body.code === 'not_configured')) return { refused: 401 };
      if (error instanceof Problem && error.body.code === 'connection_failed') return { retryAfterMs: 2_000, why: 'token' };
      throw error instanceof Problem ? Unavailable(error.message, 1) : error;
    }
  }

  /** What the person sees of their connection. */
  private async note(ctx: Ctx, provider: string, error: string | undefined): Promise<void> {
    const calling = { ...ctx, deadline: Math.min(ctx.deadline, Date.now() + NOTE_MS) };
    await this.bus.call(connections.noteHealthSync, calling, { provider, ...(error !== undefined && { error }) });
  }
}
