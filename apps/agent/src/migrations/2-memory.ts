import { Migration } from '@skep/platform';

/** What agents remember, and the skills of people. */
export class Memory1798000000002 extends Migration {
  readonly sql = `
    create table memory (
      seq bigint generated always as identity primary key,
      id uuid not null,
      tenant_id text not null,
      user_id text not null,
      content text not null,
      -- Of content and place: the same entry is added once.
      content_hash bytea not null,
      memory_type text not null,
      level text not null,
      project_id text,
      agent_id text,
      source text,
      origin text not null,
      metadata jsonb not null default '{}',
      -- The model of the vector; null if there is none.
      embedded_by text,
      -- A bit for each number of the vector that is above 0.
      signature bit varying,
      vector bytea,
      created_at timestamptz not null default now()
    );
    create unique index memory_id on memory (id);
    create unique index memory_content on memory (tenant_id, user_id, content_hash);
    create index memory_signature on memory (tenant_id, user_id, embedded_by, seq) include (signature);

    -- Without a tenant_id, and so without row-level security, which would keep the index from being used: only hashes, which differ by owner.
    create table memory_term (
      seq bigint primary key constraint memory_term_of references memory on delete cascade,
      terms integer[] not null
    );
    create index memory_term_terms on memory_term using gin (terms) with (fastupdate = off);

    create table memory_word (
      tenant_id text not null,
      user_id text not null,
      -- Three characters of the word.
      gram text not null,
      word text not null,
      primary key (tenant_id, user_id, gram, word)
    );

    create table skill (
      tenant_id text not null,
      user_id text not null,
      name text not null,
      source text not null,
      slug text not null,
      document text not null,
      archive bytea not null,
      sha256 text not null,
      installed_at timestamptz not null default now(),
      primary key (tenant_id, user_id, name)
    );

    create table skill_switch (
      tenant_id text not null,
      user_id text not null,
      name text not null,
      enabled boolean not null,
      primary key (tenant_id, user_id, name)
    );

    create table security_report (
      tenant_id text not null,
      user_id text not null,
      report jsonb not null,
      primary key (tenant_id, user_id)
    );`;
}
