import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { HealthSourceEntity } from './health-source.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** The health providers of people, and how far their data has arrived. */
@Injectable()
export class SourcesRepository {
  constructor(private readonly db: Database) {}

  find({ tenant: tenant_id, user: user_id }: Owner, provider: string): Promise<HealthSourceEntity | null> {
    return this.rows().findOneBy({ tenant_id, user_id, provider });
  }

  /** A provider that is connected again is filled again. */
  async connect(
    { tenant: tenant_id, user: user_id }: Owner,
    source: Pick<HealthSourceEntity, 'provider' | 'connection_id' | 'state' | 'run_id'>,
  ) {
    const again = { connected_at: new Date(), filled_at: null, disconnected_at: null, error: null };
    await this.rows().upsert({ tenant_id, user_id, ...source, ...again }, ['tenant_id', 'user_id', 'provider']);
  }

  /** @returns the run that fills it, if there is one */
  async disconnect({ tenant: tenant_id, user: user_id }: Owner, provider: string, connection_id: string): Promise<string | undefined> {
    const source = await this.rows().findOneBy({ tenant_id, user_id, provider, connection_id });
    await this.rows().update({ tenant_id, user_id, provider, connection_id }, { disconnected_at: new Date() });
    return source?.run_id ?? undefined;
  }

  /** Notes how the run that fills it has ended, and which one is next. A run that another one has replaced notes nothing. */
  async end(
    { tenant: tenant_id, user: user_id }: Owner,
    provider: string,
    run_id: string,
    { next, error }: { next: string | undefined; error: string | undefined },
  ): Promise<void> {
    const key = { tenant_id, user_id, provider, run_id };
    const before = await this.rows().findOneBy(key);
    // What could be read once is there: a later failure takes nothing away.
    const isFilled = error === undefined || before?.state === 'filled';
    const ended = { state: isFilled ? ('filled' as const) : ('failed' as const), error: error ?? null, filled_at: new Date() };
    await this.rows().update(key, { ...ended, run_id: next ?? null });
  }

  private rows() {
    return this.db.repository(HealthSourceEntity);
  }
}
