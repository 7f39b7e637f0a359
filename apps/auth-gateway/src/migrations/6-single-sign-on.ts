import { Migration } from '@skep/platform';

/** Sign-in at the identity providers of organisations. */
export class SingleSignOn1796200000006 extends Migration {
  readonly sql = `
    create table identity_provider (
      id text primary key,
      tenant_id text not null,
      name text not null,
      issuer text not null,
      client_id text not null,
      client_secret bytea not null,
      domains text[] not null,
      scopes text not null,
      groups_claim text not null,
      group_roles jsonb not null,
      default_role text not null,
      creates_accounts boolean not null,
      created_at timestamptz not null default now()
    );
    create index identity_provider_name on identity_provider (tenant_id, name, id);

    create table external_identity (
      id text primary key,
      tenant_id text not null,
      account_id text not null,
      provider_id text not null,
      subject text not null,
      email text not null,
      linked_at timestamptz not null default now(),
      last_used_at timestamptz
    );
    create unique index external_identity_subject on external_identity (provider_id, subject);
    create index external_identity_account on external_identity (account_id);

    create table sign_in (
      hash bytea primary key,
      step text not null,
      tenant_id text not null,
      provider_id text not null,
      email text not null,
      code_challenge text not null,
      return_to text not null,
      nonce text not null,
      code_verifier text not null,
      person jsonb,
      expires_at timestamptz not null
    );
    create index sign_in_expires on sign_in (expires_at);
    create index sign_in_provider on sign_in (provider_id);`;
}
