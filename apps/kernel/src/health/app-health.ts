import type { HealthStatus } from '@skep/contracts/kernel';
import { Database, LOG, type Log, statement } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AppHealthEntity } from './app-health.entity.js';

/** How many calls of an app count, of those of the last ten minutes in this process. */
const OUTCOMES_MAX = 20;
const OUTCOMES_TTL_MS = 600_000;
const APPS_MAX = 10_000;
/** How often a status that does not change is written. */
const WRITE_MS = 10_000;

const SAVE = statement(
  `insert into app_health (app_id, status, checked_at) values (:app_id, :status, now())
   on conflict (app_id) do update set status = excluded.status, checked_at = excluded.checked_at`,
);
/** What was not looked at for a day is not known. */
const FIND = statement(`select * from app_health where app_id = :app_id and checked_at > now() - interval '1 day'`, AppHealthEntity);

interface Observed {
  /** Whether the server answered, oldest first. */
  outcomes: boolean[];
  status?: HealthStatus;
  writtenAt: number;
}

/** The health of servers of developers, from how they answer calls. No request is sent only for it. */
@Injectable()
export class AppHealth {
  private readonly observed = new LRUCache<string, Observed>({ max: APPS_MAX, ttl: OUTCOMES_TTL_MS });

  constructor(
    private readonly db: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  find(app_id: string): Promise<AppHealthEntity | undefined> {
    return this.db.row(FIND, { app_id });
  }

  /** Notes whether a server answered a call. Written in the background: a call does not wait for it. */
  note(app_id: string, answered: boolean): void {
    const { outcomes, status: before, writtenAt } = this.observed.get(app_id) ?? { outcomes: [], writtenAt: -Infinity };
    const latest = [...outcomes, answered].slice(-OUTCOMES_MAX);
    const status = statusOf(latest);
    const now = performance.now();
    const isDue = status !== before || now - writtenAt > WRITE_MS;
    this.observed.set(app_id, { outcomes: latest, status, writtenAt: isDue ? now : writtenAt });
    if (isDue)
      this.db
        .rows(SAVE, { app_id, status })
        .catch((error: unknown) => this.log.warn({ error, app: app_id }, 'the health of an app could not be saved'));
  }
}

const statusOf = (outcomes: boolean[]): Exclude<HealthStatus, 'unknown'> =>
  outcomes.every(Boolean) ? 'ok' : outcomes.some(Boolean) ? 'degraded' : 'down';
