import { coach, fieldNamesOfProfile, type Profile, ProfileNotFound, type WriteProfile } from '@skep/contracts/coach';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { assertVersion } from './if-match.js';
import { ProfileEntity } from './profile.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const LOCK = statement(
  'select version from profile where profile_id = :profile_id and tenant_id = :tenant and user_id = :user for update',
  { version: 'int4' },
);

/** The profiles of people. */
@Injectable()
export class ProfileRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** @throws Problem `profile_not_found`, also for those of others */
  async find({ tenant: tenant_id, user: user_id }: Owner, profile_id: string): Promise<Profile> {
    const profile = await this.rows().findOneBy({ tenant_id, user_id, profile_id });
    if (!profile) throw ProfileNotFound();
    return profile;
  }

  /** The profile of a person, or undefined for those who have not begun. */
  async findOf({ tenant: tenant_id, user: user_id }: Owner): Promise<Profile | undefined> {
    return (await this.rows().findOneBy({ tenant_id, user_id })) ?? undefined;
  }

  /**
   * Writes fields of a profile, and notes which, for the audit log.
   * @param replaces also removes the fields that are left out
   * @throws Problem `profile_not_found`; `changed_meanwhile`
   */
  async write(ctx: Ctx, { profile_id, if_match, ...fields }: WriteProfile, replaces: boolean): Promise<Profile> {
    const { tenant: tenant_id, user: user_id } = ctx;
    return this.db.transaction(async () => {
      const locked = await this.db.row(LOCK, { profile_id, tenant: tenant_id, user: user_id });
      if (!locked) throw ProfileNotFound();
      assertVersion(if_match, locked.version);
      const changes = toRow(fields, replaces);
      if (Object.keys(changes).length) {
        await this.rows().update({ profile_id }, { ...changes, updated_at: new Date(), version: locked.version + 1 });
        await this.outbox.add(coach.profileChanged, ctx, { tenant_id, user_id, profile_id, fields: Object.keys(changes) });
      }
      return this.find(ctx, profile_id);
    });
  }

  private rows() {
    return this.db.repository(ProfileEntity);
  }
}

type Fields = Omit<WriteProfile, 'profile_id' | 'if_match'>;

/** The columns that a change writes. */
function toRow(fields: Fields, replaces: boolean): Partial<ProfileEntity> {
  const given = Object.entries({ ...fields, ...('birth_date' in fields && { birth_date: fields.birth_date?.slice(0, 10) || null }) });
  const empty = replaces ? fieldNamesOfProfile.map((name) => [name, name === 'sports' ? [] : null] as const) : [];
  return Object.fromEntries([...empty, ...given.filter(([, value]) => value !== undefined)]);
}
