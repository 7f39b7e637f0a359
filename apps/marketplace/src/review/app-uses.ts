import { builtins } from '@skep/contracts/builtins';
import type { CallFinished } from '@skep/contracts/kernel';
import type { InstallChanged } from '@skep/contracts/registry';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppUseEntity } from './app-use.entity.js';

/** Ordered, so that concurrent batches do not wait for each other in a circle. */
const ADD = statement(`
  insert into app_use (tenant_id, user_id, app_id)
  select distinct * from unnest(:tenant_ids::text[], :user_ids::text[], :app_ids::text[]) used (tenant_id, user_id, app_id) order by 1, 2, 3
  on conflict do nothing`);

/** Who has used which app since they installed it. */
@Injectable()
export class AppUses {
  constructor(private readonly db: Database) {}

  /** Calls that succeeded are uses. Later ones change nothing. */
  async add(calls: readonly CallFinished[]): Promise<void> {
    const uses = calls.filter(({ app_id, status }) => status === 'success' && !Object.hasOwn(builtins, app_id));
    if (!uses.length) return;
    await this.db.rows(ADD, {
      tenant_ids: uses.map(({ tenant_id }) => tenant_id),
      user_ids: uses.map(({ user_id }) => user_id),
      app_ids: uses.map(({ app_id }) => app_id),
    });
  }

  async forgetUninstalled({ tenant_id, user_id, app_id, installed }: InstallChanged): Promise<void> {
    if (!installed) await this.db.repository(AppUseEntity).delete({ tenant_id, user_id, app_id });
  }

  has({ tenant, user }: Ctx, app_id: string): Promise<boolean> {
    return this.db.repository(AppUseEntity).existsBy({ tenant_id: tenant, user_id: user, app_id });
  }
}
