import { type BeginCoaching, type BegunPerson, PersonNotFound, type UpdatePerson } from '@skep/contracts/coach';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { assertVersion } from './if-match.js';
import { PersonEntity } from './person.entity.js';
import { ProfileEntity } from './profile.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const BEGIN = statement(
  `insert into person (tenant_id, user_id, profile_id, email, display_name, locale, timezone, referral)
   values (:tenant, :user, :profile_id, :email, :display_name, :locale, :timezone, :referral) on conflict do nothing returning profile_id`,
  { profile_id: 'text' },
);
const LOCK = statement('select version from person where tenant_id = :tenant and user_id = :user for update', { version: 'int4' });

/** People who are coached. */
@Injectable()
export class PersonRepository {
  constructor(private readonly db: Database) {}

  /** Creates the caller with an empty profile, or finds them. */
  async begin(
    { tenant, user, email }: Ctx,
    { display_name = '', locale = 'en', timezone = 'UTC', referral }: BeginCoaching,
  ): Promise<BegunPerson> {
    return this.db.transaction(async () => {
      const person = { email, display_name, locale, timezone, referral: referral ?? null };
      const profile_id = `prf_${randomBytes(12).toString('base64url')}`;
      const created = Boolean(await this.db.row(BEGIN, { tenant, user, profile_id, ...person }));
      if (created) await this.db.repository(ProfileEntity).insert({ tenant_id: tenant, user_id: user, profile_id });
      return { ...toPerson(await this.find({ tenant, user })), created };
    });
  }

  /** @throws Problem `person_not_found` for those who have not begun */
  async find({ tenant: tenant_id, user: user_id }: Owner): Promise<PersonEntity> {
    const person = await this.rows().findOneBy({ tenant_id, user_id });
    if (!person) throw PersonNotFound();
    return person;
  }

  /** @throws Problem `person_not_found`; `changed_meanwhile` */
  async update(owner: Owner, { if_match, ...changes }: UpdatePerson): Promise<PersonEntity> {
    const { tenant, user } = owner;
    return this.db.transaction(async () => {
      const locked = await this.db.row(LOCK, { tenant, user });
      if (!locked) throw PersonNotFound();
      assertVersion(if_match, locked.version);
      const next = { ...changes, updated_at: new Date(), version: locked.version + 1 };
      if (Object.keys(changes).length) await this.rows().update({ tenant_id: tenant, user_id: user }, next);
      return this.find(owner);
    });
  }

  private rows() {
    return this.db.repository(PersonEntity);
  }
}

/** A person as they see themselves. */
export const toPerson = ({ user_id, ...person }: PersonEntity) => ({ ...person, id: user_id });
