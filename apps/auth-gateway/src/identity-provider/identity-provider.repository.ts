import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IdentityProviderEntity } from './identity-provider.entity.js';

const OF_DOMAIN = statement(
  'select * from identity_provider where tenant_id = :tenant_id and :domain = any(domains) and exists (select from tenant where id = :tenant_id and is_active)',
  IdentityProviderEntity,
);
const OTHER_WITH_DOMAIN = statement(
  'select id from identity_provider where tenant_id = :tenant_id and id <> :id and domains && :domains::text[] limit 1',
  { id: 'text' },
);
/** Its links and sign-ins have no use without it. */
const REMOVE = statement(
  `with removed as (delete from identity_provider where tenant_id = :tenant_id and id = :id returning id),
        links as (delete from external_identity where provider_id in (select id from removed)),
        sign_ins as (delete from sign_in where provider_id in (select id from removed))
   select id from removed`,
  { id: 'text' },
);

@Injectable()
export class IdentityProviderRepository {
  constructor(private readonly db: Database) {}

  /** By name. */
  list(tenant_id: string): Promise<IdentityProviderEntity[]> {
    return this.db.repository(IdentityProviderEntity).find({ where: { tenant_id }, order: { name: 'ASC', id: 'ASC' } });
  }

  find(tenant_id: string, id: string): Promise<IdentityProviderEntity | null> {
    return this.db.repository(IdentityProviderEntity).findOneBy({ tenant_id, id });
  }

  /** That of an e-mail domain in an active tenant. */
  findByDomain(tenant_id: string, domain: string): Promise<IdentityProviderEntity | undefined> {
    return this.db.inTenant(tenant_id, () => this.db.row(OF_DOMAIN, { tenant_id, domain }));
  }

  async isDomainTaken({ tenant_id, id, domains }: Pick<IdentityProviderEntity, 'tenant_id' | 'id' | 'domains'>): Promise<boolean> {
    return (await this.db.row(OTHER_WITH_DOMAIN, { tenant_id, id, domains })) !== undefined;
  }

  count(tenant_id: string): Promise<number> {
    return this.db.repository(IdentityProviderEntity).countBy({ tenant_id });
  }

  async add(provider: Omit<IdentityProviderEntity, 'created_at'>): Promise<void> {
    await this.db.repository(IdentityProviderEntity).insert(provider);
  }

  async update({ tenant_id, id, ...changes }: IdentityProviderEntity): Promise<void> {
    await this.db.repository(IdentityProviderEntity).update({ tenant_id, id }, changes);
  }

  /** False if the tenant has no such provider. */
  async remove(tenant_id: string, id: string): Promise<boolean> {
    return (await this.db.row(REMOVE, { tenant_id, id })) !== undefined;
  }
}
