import { Migration } from '@skep/platform';

/** Devices that App Attest vouches for, and the challenges of proofs. */
export class Attestation1798300000012 extends Migration {
  readonly sql = `
    create table attest_challenge (
      id text primary key,
      challenge bytea not null,
      purpose text not null,
      -- Who must answer, and with which key, if the request said so.
      user_id text,
      tenant_id text,
      key_id text,
      expires_at timestamptz not null
    );
    create index attest_challenge_expires on attest_challenge (expires_at);
    create index attest_challenge_user on attest_challenge (user_id);

    create table attested_device (
      id text primary key,
      -- Null until the first assertion, if no one was signed in when the key was attested.
      user_id text,
      tenant_id text,
      key_id text not null,
      app_id text not null,
      environment text not null,
      public_key bytea not null,
      receipt bytea not null,
      counter bigint not null default 0,
      created_at timestamptz not null default now(),
      used_at timestamptz not null default now()
    );
    create unique index attested_device_key on attested_device (key_id);
    create index attested_device_user on attested_device (user_id);
    create index attested_device_used on attested_device (used_at);`;
}
