import { Migration } from '@skep/platform';

/** Firebase users, who sign in to the coach. */
export class Firebase1798300000011 extends Migration {
  readonly sql = `
    create table firebase_identity (
      project text,
      subject text,
      tenant_id text not null,
      account_id text not null,
      valid_since timestamptz,
      is_disabled boolean not null default false,
      checked_at timestamptz,
      signed_in_at timestamptz not null,
      linked_at timestamptz not null default now(),
      primary key (project, subject)
    );
    create index firebase_identity_account on firebase_identity (account_id);

    create table erased_firebase_identity (
      hash bytea primary key,
      erased_at timestamptz not null default now()
    );`;
}
