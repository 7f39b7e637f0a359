import { TooManyRequests } from '@skep/contracts';
import { type Ctx, Database, networkOf, type RateLimits, readRateLimits, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { sha256 } from '../secrets/opaque.js';
import { type Limit, LIMIT_NAMES, LIMITS } from './attempt-limits.js';

/** A bucket fills so far above its room and no further, so that the wait has an end. */
const ABOVE = 20;

const LEVEL = statement<{ level: number }>(`
  select greatest(level - extract(epoch from now() - at) / $2::float8, 0)::float8 as level from attempt where key = $1`);
const COUNT = statement(`
  insert into attempt (key, level, at) values ($1, 1, now())
  on conflict (key) do update set at = now(),
    level = least(greatest(attempt.level - extract(epoch from now() - attempt.at) / $2::float8, 0) + 1, $3::float8)`);
const FORGET = statement('delete from attempt where key = $1');

/** Whom the tries concern. */
export interface Target {
  tenant_id: string;
  email: string;
}

/**
 * Slows down guessing. It counts for an account *and* the network of the one who tries, so that nobody can lock a person out
 * from elsewhere; it counts alike for accounts that do not exist.
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

  /** @throws Problem `too_many_requests`, with the seconds to wait. */
  async check(what: keyof typeof LIMITS, ctx: Ctx, target: Target): Promise<void> {
    if (this.limits.off) return;
    const { room, seconds } = this.limit(what);
    const tried = await this.db.row(LEVEL, [key(what, ctx, target), seconds]);
    const over = (tried?.level ?? 0) + 1 - room;
    if (over > 0) throw TooManyRequests(undefined, Math.ceil(over * seconds));
  }

  async count(what: keyof typeof LIMITS, ctx: Ctx, target: Target): Promise<void> {
    if (this.limits.off) return;
    const { room, seconds } = this.limit(what);
    await this.db.rows(COUNT, [key(what, ctx, target), seconds, room + ABOVE]);
  }

  async forget(what: keyof typeof LIMITS, ctx: Ctx, target: Target): Promise<void> {
    if (!this.limits.off) await this.db.rows(FORGET, [key(what, ctx, target)]);
  }

  private limit(what: keyof typeof LIMITS): Limit {
    return { ...LIMITS[what], room: this.limits.numbers.get(`account.${what}`) ?? LIMITS[what].room };
  }
}

function key(what: keyof typeof LIMITS, ctx: Ctx, { tenant_id, email }: Target): Buffer {
  const from = 'anywhere' in LIMITS[what] ? '' : networkOf(ctx.ip);
  return sha256(JSON.stringify([what, tenant_id, email, from]));
}
