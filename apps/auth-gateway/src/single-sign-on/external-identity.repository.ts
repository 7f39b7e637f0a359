import { LinkedIdentity } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomAlphanumeric } from '../secrets/opaque-tokens.js';
import { ExternalIdentityEntity } from './external-identity.entity.js';

const ITEM = 'e.id as identity_id, p.name as provider, e.email, e.linked_at, e.last_used_at';
const USE = statement(
  `update external_identity set last_used_at = now() where tenant_id = :tenant_id and provider_id = :provider_id and subject = :subject
   returning account_id`,
  { account_id: 'text' },
);
const ADD = statement(
  `insert into external_identity (id, tenant_id, account_id, provider_id, subject, email)
   values (:id, :tenant_id, :account_id, :provider_id, :subject, :email) on conflict (provider_id, subject) do nothing returning id`,
  { id: 'text' },
);
const HAS_LINK = statement('select id from external_identity where tenant_id = :tenant_id and account_id = :account_id limit 1', {
  id: 'text',
});
const FIND = statement(
  `select ${ITEM} from external_identity e join identity_provider p on p.id = e.provider_id where e.id = :id and e.tenant_id = :tenant`,
  LinkedIdentity,
);
const LIST = statement(
  `select ${ITEM} from external_identity e join identity_provider p on p.id = e.provider_id
    where e.account_id = :user and e.tenant_id = :tenant order by e.linked_at, e.id`,
  LinkedIdentity,
);

@Injectable()
export class ExternalIdentityRepository {
  constructor(private readonly db: Database) {}

  /** Records a sign-in, locks the link, and returns the id of its account. */
  async use(person: Pick<ExternalIdentityEntity, 'tenant_id' | 'provider_id' | 'subject'>): Promise<string | undefined> {
    return (await this.db.row(USE, person))?.account_id;
  }

  /** Returns the id of the link. Undefined if the person is linked to an account already. */
  async add(link: Omit<ExternalIdentityEntity, 'id' | 'linked_at' | 'last_used_at'>): Promise<string | undefined> {
    return (await this.db.row(ADD, { ...link, id: `eid_${randomAlphanumeric(20, 'lower')}` }))?.id;
  }

  /** Whether anyone is linked to the account. */
  async hasLink({ tenant_id, account_id }: Pick<ExternalIdentityEntity, 'tenant_id' | 'account_id'>): Promise<boolean> {
    return (await this.db.row(HAS_LINK, { tenant_id, account_id })) !== undefined;
  }

  async find({ tenant }: Ctx, id: string): Promise<LinkedIdentity> {
    return (await this.db.row(FIND, { tenant, id }))!;
  }

  /** Those of the caller. */
  list({ user, tenant }: Ctx): Promise<LinkedIdentity[]> {
    return this.db.rows(LIST, { user, tenant });
  }

  /** False if the caller has no such link. */
  async remove({ user, tenant }: Ctx, id: string): Promise<boolean> {
    return (await this.db.repository(ExternalIdentityEntity).delete({ id, account_id: user, tenant_id: tenant })).affected === 1;
  }
}
