import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { FirebaseIdentityEntity } from './firebase-identity.entity.js';
import type { FirebasePerson } from './firebase-tokens.js';

/** What Firebase says of a user beside their tokens. */
export type FirebaseState = Pick<FirebaseIdentityEntity, 'valid_since' | 'is_disabled'>;
type Key = Pick<FirebaseIdentityEntity, 'project' | 'subject'>;

const IS_ERASED = `exists (select from erased_firebase_identity where hash = sha256(convert_to(:project || E'\\n' || :subject, 'UTF8')))`;
const FIND = statement(
  `select tenant_id, account_id, valid_since, coalesce(is_disabled, false) as is_disabled,
          coalesce(checked_at > now() - interval '1 minute', false) as is_checked, signed_in_at, ${IS_ERASED} as is_erased
     from (select) as always left join firebase_identity on project = :project and subject = :subject`,
  {
    tenant_id: 'text?',
    account_id: 'text?',
    valid_since: 'timestamptz?',
    is_disabled: 'bool',
    is_checked: 'bool',
    signed_in_at: 'timestamptz?',
    is_erased: 'bool',
  },
);
const ADD = statement(
  `insert into firebase_identity (project, subject, tenant_id, account_id, signed_in_at)
   select :project, :subject, :tenant_id, :account_id, :signed_in_at where not ${IS_ERASED}
   on conflict (project, subject) do nothing returning account_id`,
  { account_id: 'text' },
);
const NOTE = statement(
  `update firebase_identity set is_disabled = :is_disabled, valid_since = greatest(valid_since, :valid_since), checked_at = now()
    where project = :project and subject = :subject`,
);
const REVOKE = statement(
  `update firebase_identity set valid_since = greatest(valid_since, :valid_since)
    where tenant_id = :tenant and account_id = :user_id and project = :project returning subject`,
  { subject: 'text' },
);

/** Firebase users and their accounts. */
@Injectable()
export class FirebaseIdentityRepository {
  constructor(private readonly db: Database) {}

  /** What is known of a Firebase user, in whichever tenant; without an account for one who has not been seen. */
  async find({ project, subject }: Key) {
    return (await this.db.acrossTenants(() => this.db.row(FIND, { project, subject })))!;
  }

  /** False if the Firebase user has an account, or was erased. */
  async add({ project, subject, signed_in_at }: FirebasePerson, account: { tenant_id: string; account_id: string }): Promise<boolean> {
    return (await this.db.row(ADD, { project, subject, signed_in_at, ...account })) !== undefined;
  }

  async noteState({ project, subject }: Key, state: FirebaseState): Promise<void> {
    await this.db.acrossTenants(() => this.db.rows(NOTE, { project, subject, ...state }));
  }

  async noteSignIn({ project, subject, signed_in_at }: FirebasePerson): Promise<void> {
    await this.db.repository(FirebaseIdentityEntity).update({ project, subject }, { signed_in_at });
  }

  /** Ends the sign-ins before a time, and returns the subjects of the account. */
  async revoke({ tenant }: Ctx, user_id: string, project: string, valid_since: Date): Promise<string[]> {
    return (await this.db.rows(REVOKE, { tenant, user_id, project, valid_since })).map(({ subject }) => subject);
  }
}
