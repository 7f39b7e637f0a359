import { Problem, Unavailable } from '@skep/contracts';
import type { Ctx, Run } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { HealthRepository, type Provenance } from './health.repository.js';
import type { Records } from './record.js';
import { type VendorAnswer, VendorApi } from './vendor-api.js';
import type { Checkpoint } from './vendors/index.js';

/** Failures of a page, one after the other, after which its provider has failed. */
const TRIES = 6;
const TOKEN_MS = 2_000;

/** What became of a page: where the list continues, or the status of a refusal. */
export type PageEnd = { next?: Checkpoint } | { refused: number };
type Outcome = PageEnd | { waitMs: number; isFailure: boolean };

/** Why a provider cannot be read: `reconnect`, `refused 403`, `failed`. */
export class ProviderReadFailed extends Error {}

/** What is read, and from where. */
export interface ProviderPage {
  provider: string;
  origin: Provenance['origin'];
  path: string;
  read: (body: unknown) => { records: Records; next?: Checkpoint };
}

/** Reads pages of providers as steps of a run. A page is stored, once, before its step has happened. */
@Injectable()
export class ReadProvider {
  constructor(
    private readonly api: VendorApi,
    private readonly health: HealthRepository,
  ) {}

  /** Reads a page, for as long as the provider limits requests. @throws ProviderReadFailed */
  async page(run: Run, name: string, page: ProviderPage): Promise<PageEnd> {
    for (let [asked, failed] = [0, 0]; ; asked++) {
      const outcome = await this.ask(run, asked ? `${name}, ${asked + 1}` : name, page);
      if (!('waitMs' in outcome)) return outcome;
      if (outcome.isFailure && ++failed >= TRIES) throw new ProviderReadFailed('failed');
      await run.sleep(`${name}, pause ${asked + 1}`, outcome.waitMs * (outcome.isFailure ? 2 ** (failed - 1) : 1));
    }
  }

  private ask(run: Run, name: string, { provider, origin, path, read }: ProviderPage): Promise<Outcome> {
    return run.step(name, async ({ ctx, signal }): Promise<Outcome> => {
      const seen_at = new Date();
      const answer = await this.get(ctx, provider, path, signal);
      if ('refused' in answer) return answer;
      if ('retryAfterMs' in answer) return { waitMs: answer.retryAfterMs, isFailure: answer.why !== 'limited' };
      const { records, next } = read(answer.body);
      run.assertHeld();
      await this.health.add(ctx, { provider, origin, seen_at }, records);
      return next === undefined ? {} : { next };
    });
  }

  /** Without a usable connection it is as if the provider refused. @throws Problem if connections does not answer; then the run is tried again */
  private async get(ctx: Ctx, provider: string, path: string, signal: AbortSignal): Promise<VendorAnswer> {
    try {
      return await this.api.get(ctx, provider, path, signal);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.body.status < 500 || error.body.code === 'not_configured') return { refused: 401 };
      if (error.body.code === 'connection_failed') return { retryAfterMs: TOKEN_MS, why: 'token' };
      throw Unavailable(error.message, 1);
    }
  }
}
