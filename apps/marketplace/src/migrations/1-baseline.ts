import { Migration } from '@skep/platform';

export class Baseline1763769600300 extends Migration {
  readonly sql = `
    create extension if not exists fuzzystrmatch;

    create table listing (
      app_id text primary key,
      developer_id text not null,
      name text not null,
      short_description text not null,
      category text not null,
      icon text not null,
      icon_svg text,
      pricing_model text not null,
      pricing_config jsonb,
      revision integer not null,
      version text not null,
      tags text[] not null,
      functions jsonb not null,
      permissions text[] not null,
      system boolean not null,
      featured boolean not null default false,
      rating double precision not null default 0,
      review_count integer not null default 0,
      published_at timestamptz not null,
      approved_at timestamptz not null,
      document tsvector not null,
      listed boolean not null default false
    );
    create index listing_document on listing using gin (document);
    create index listing_rating on listing (rating desc, review_count desc, app_id) where listed;
    create index listing_newest on listing (published_at desc, app_id) where listed;
    create index listing_name on listing (lower(name), app_id) where listed;
    create index listing_category_rating on listing (category, rating desc, review_count desc, app_id) where listed;
    create index listing_category_newest on listing (category, published_at desc, app_id) where listed;
    create index listing_category_name on listing (category, lower(name), app_id) where listed;

    create table delisting (
      app_id text primary key,
      delisted_at timestamptz,
      suspended boolean not null default false,
      suspension_changed_at timestamptz
    );

    create table vocabulary (
      word text primary key,
      -- When a listing with this word was saved or found last.
      checked_at timestamptz not null default now()
    );
    create index vocabulary_length on vocabulary (length(word), word);
    create index vocabulary_prefix on vocabulary (word collate "C");
    create index vocabulary_checked on vocabulary (checked_at);

    create table popularity (
      app_id text primary key,
      category text not null default '',
      listed boolean not null default false,
      install_count bigint not null default 0,
      install_sequence bigint not null default 0,
      action_count bigint not null default 0
    );
    create index popularity_actions on popularity (action_count desc, app_id) where listed;
    create index popularity_installs on popularity (install_count desc, app_id) where listed;
    create index popularity_category_actions on popularity (category, action_count desc, app_id) where listed;
    create index popularity_category_installs on popularity (category, install_count desc, app_id) where listed;

    create table category_size (category text primary key, app_count bigint not null);`;
}
