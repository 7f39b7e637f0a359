import { TooManyRequests } from '@skep/contracts';
import { type Ctx, Database, networkOf, type RateLimits, readRateLimits, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { type AttemptKind, type AttemptLimit, LIMIT_NAMES, LIMITS } from './attempt-limits.js';

/** How far a bucket may fill above its burst: limits the waiting time. */
const MAX_EXCESS = 20;

const LEVEL = statement(
  'select greatest(level - extract(epoch from now() - at) / :refill_seconds::float8, 0)::float8 as level from attempt where key = :key',
  { level: 'float8' },
);
const COUNT = statement(`
  insert into attempt (key, level, at) values (:key, 1, now())
  on conflict (key) do update set at = now(),
    level = least(greatest(attempt.level - extract(epoch from now() - attempt.at) / :refill_seconds::float8, 0) + 1, :max::float8)`);
const RESET = statement('delete from attempt where key = :key');

/** An e-mail address in a tenant, whether it has an account or not. */
export interface AccountAddress {
  tenant_id: string;
  email: string;
}

/**
 * Slows down guessing with leaky buckets. Attempts are counted per account *and* client network, so that no one can lock a user out
 * from another network. Accounts that do not exist are counted in the same way.
 */
@Injectable()
export class Attempts {
  private readonly limits: RateLimits;

  constructor(
    private readonly db: Database,
    config: AuthGatewayConfig,
  ) {
    this.limits = readRateLimits(config, LIMIT_NAMES);
  }

  /** @throws Problem `too_many_requests` with the seconds to wait */
  async check(kind: AttemptKind, ctx: Ctx, address: AccountAddress): Promise<void> {
    if (this.limits.off) return;
    const { burst, refill_seconds } = this.limitOf(kind);
    const bucket = await this.db.row(LEVEL, { key: bucketKey(kind, ctx, address), refill_seconds });
    const excess = (bucket?.level ?? 0) + 1 - burst;
    if (excess > 0) throw TooManyRequests(undefined, Math.ceil(excess * refill_seconds));
  }

  async count(kind: AttemptKind, ctx: Ctx, address: AccountAddress): Promise<void> {
    if (this.limits.off) return;
    const { burst, refill_seconds } = this.limitOf(kind);
    await this.db.rows(COUNT, { key: bucketKey(kind, ctx, address), refill_seconds, max: burst + MAX_EXCESS });
  }

  async reset(kind: AttemptKind, ctx: Ctx, address: AccountAddress): Promise<void> {
    if (!this.limits.off) await this.db.rows(RESET, { key: bucketKey(kind, ctx, address) });
  }

  private limitOf(kind: AttemptKind): AttemptLimit {
    return { ...LIMITS[kind], burst: this.limits.numbers.get(`account.${kind}`) ?? LIMITS[kind].burst };
  }
}

function bucketKey(kind: AttemptKind, ctx: Ctx, { tenant_id, email }: AccountAddress): Buffer {
  const network = 'any_network' in LIMITS[kind] ? '' : networkOf(ctx.ip);
  return sha256(JSON.stringify([kind, tenant_id, email, network]));
}
