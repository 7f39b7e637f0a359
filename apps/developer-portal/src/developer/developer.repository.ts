import { NotADeveloper } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { App } from '../app/app.entity.js';
import { Developer } from './developer.entity.js';
import { termsOf } from './tiers.js';

@Injectable()
export class DeveloperRepository {
  constructor(private readonly db: Database) {}

  find({ tenant, user }: Ctx): Promise<Developer | null> {
    return this.db.of(Developer).findOneBy({ tenant_id: tenant, developer_id: user });
  }

  /** What an app's developer gets of a base price, in percent. */
  async splitOf({ tenant_id, developer_id }: Pick<App, 'tenant_id' | 'developer_id'>): Promise<number> {
    const developer = await this.db.of(Developer).findOneBy({ tenant_id, developer_id });
    return termsOf(developer?.tier ?? '').split;
  }

  /** The caller as a developer; locked, so that only one of their requests counts and adds apps at a time. @throws NotADeveloper */
  async lock({ tenant, user }: Ctx): Promise<Developer> {
    const where = { tenant_id: tenant, developer_id: user };
    const developer = await this.db.of(Developer).findOne({ where, lock: { mode: 'pessimistic_write' } });
    if (!developer) throw NotADeveloper();
    return developer;
  }

  /** False where the person or the nickname is already there. */
  async add(developer: Omit<Developer, 'registered_at' | 'tier'>): Promise<boolean> {
    const added = await this.db.of(Developer).createQueryBuilder().insert().values(developer).orIgnore().returning('nickname').execute();
    return (added.raw as unknown[]).length > 0;
  }

  /** The caller's profile. Earnings are 0 until billing keeps them. @throws NotADeveloper */
  async profileOf(ctx: Ctx) {
    const developer = await this.find(ctx);
    if (!developer) throw NotADeveloper();
    const { tenant_id, developer_id } = developer;
    const apps_count = await this.db.of(App).countBy({ tenant_id, developer_id });
    return { ...developer, email: ctx.email || developer.email, imperal_id: developer_id, apps_count, total_earnings: 0 };
  }
}
