import { Baseline } from '@skep/platform';

export class Baseline1763769600300 extends Baseline {
  protected readonly sql = `
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
      document tsvector not null
    );
    create index listing_document on listing using gin (document);
    create index listing_category on listing (category) where not system;

    create table delisting (
      app_id text primary key,
      delisted_at timestamptz,
      suspended boolean not null default false,
      suspension_changed_at timestamptz
    );

    create table vocabulary (word text primary key);

    create table popularity (
      app_id text primary key,
      install_count bigint not null default 0,
      install_sequence bigint not null default 0,
      action_count bigint not null default 0
    );`;
}
