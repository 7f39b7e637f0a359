import { Migration } from '@skep/platform';

/** The log of e-mails, and templates that were changed. */
export class Emails1797000000002 extends Migration {
  readonly sql = `
    create table email (
      id text primary key,
      tenant_id text not null,
      user_id text,
      "case" text not null,
      to_email text not null,
      subject text not null,
      status text not null,
      error text,
      dedup_key text not null,
      tag text not null,
      created_at timestamptz not null default now()
    );
    create index email_newest on email (created_at desc, id desc);
    create index email_user on email (user_id, created_at desc, id desc);

    create table email_template (
      "case" text primary key,
      subject text not null,
      html_body text not null,
      text_body text not null,
      enabled boolean not null,
      updated_by text not null,
      updated_at timestamptz not null default now()
    );`;
}
