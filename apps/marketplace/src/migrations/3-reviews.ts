import { Migration } from '@skep/platform';

/** Reviews of users, who has used which app, and the author of a listing. */
export class Reviews1796400000000 extends Migration {
  readonly sql = `
    create table app_use (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      used_at timestamptz not null default now(),
      primary key (tenant_id, user_id, app_id)
    );

    create table review (
      id bigint generated always as identity primary key,
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      author text,
      rating integer not null,
      title text not null,
      body text not null,
      version text not null,
      helpful_count integer not null default 0,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (tenant_id, user_id, app_id)
    );
    create index review_helpful on review (app_id, helpful_count desc, id desc);
    create index review_newest on review (app_id, id desc);
    create index review_rating on review (app_id, rating desc, id desc);

    create table former_review (
      id bigint generated always as identity primary key,
      review_id bigint not null constraint former_review_review references review on delete cascade,
      rating integer not null,
      title text not null,
      body text not null,
      version text not null,
      replaced_at timestamptz not null default now()
    );
    create index former_review_of on former_review (review_id);

    create table review_vote (
      review_id bigint not null constraint review_vote_review references review on delete cascade,
      tenant_id text not null,
      user_id text not null,
      helpful boolean not null,
      primary key (review_id, tenant_id, user_id)
    );
    create index review_vote_user on review_vote (tenant_id, user_id);

    alter table listing add column rating_sum bigint not null default 0;
    alter table listing add column rating_rank double precision not null default 0;
    alter table listing add column author text;
    alter table listing add column homepage text;
    alter table listing add column license text;
    create index listing_rank on listing (rating_rank desc, app_id) where listed;
    create index listing_category_rank on listing (category, rating_rank desc, app_id) where listed;
    create index listing_featured on listing (rating_rank desc, app_id) where listed and featured;
    create index listing_developer on listing (developer_id, published_at desc, app_id) where listed;
    drop index listing_rating;
    drop index listing_category_rating;`;
}
