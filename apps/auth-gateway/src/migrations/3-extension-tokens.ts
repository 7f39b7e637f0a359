import { Migration } from '@skep/platform';

/** Tokens with which the code of an app calls Skep. */
export class ExtensionTokens1795910400300 extends Migration {
  readonly sql = `
    create table extension_token (
      id text primary key,
      app_id text not null,
      tenant_id text not null,
      -- Who created it; null for the operator.
      account_id text,
      hash bytea not null,
      prefix text not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      revoked_at timestamptz
    );
    create unique index extension_token_hash on extension_token (hash);
    create index extension_token_app on extension_token (tenant_id, app_id, created_at desc) where revoked_at is null;
    create index extension_token_account on extension_token (account_id);`;
}
