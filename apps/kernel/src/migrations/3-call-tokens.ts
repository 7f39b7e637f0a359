import { Migration } from '@skep/platform';

/** The call tokens that were used, until they expire. */
export class CallTokens1795910400630 extends Migration {
  readonly sql = `
    create table used_call_token (jti text primary key, expires_at timestamptz not null);
    create index used_call_token_expired on used_call_token (expires_at);`;
}
