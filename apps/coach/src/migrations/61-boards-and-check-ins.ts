import { Migration } from '@skep/platform';

export class BoardsAndCheckIns1798300000061 extends Migration {
  readonly sql = `
    create table check_in (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      text text,
      mood integer,
      soreness integer,
      sleep_quality integer,
      created_at timestamptz not null default now()
    );
    create index check_in_user on check_in (tenant_id, user_id, created_at);

    create table board (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      kind text not null,
      activity_id text,
      day date not null,
      status text not null default 'running',
      cards jsonb not null default '[]',
      created_at timestamptz not null default now(),
      ended_at timestamptz
    );
    create unique index board_running on board (tenant_id, user_id, kind) where status = 'running';
    create index board_user on board (tenant_id, user_id, created_at, id);
    create index board_kind on board (tenant_id, user_id, kind, created_at, id);

    create table board_request (
      tenant_id text,
      user_id text,
      client_request_id text,
      board_id text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, user_id, client_request_id)
    );
    create index board_request_created on board_request (created_at);

    create table board_reply (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      board_id text not null,
      text text not null,
      reply text,
      created_at timestamptz not null default now()
    );
    create index board_reply_board on board_reply (board_id, created_at);

    create table board_rating (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      board_id text not null,
      card_id text not null,
      rating text not null,
      reasons text[] not null,
      comment text,
      updated_at timestamptz not null default now()
    );
    create unique index board_rating_card on board_rating (board_id, card_id);
  `;
}
