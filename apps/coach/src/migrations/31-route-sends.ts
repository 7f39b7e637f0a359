import { Migration } from '@skep/platform';

export class RouteSends1798300000031 extends Migration {
  readonly sql = `
    create table route_send (
      send_id text primary key,
      tenant_id text not null default '',
      user_id text not null default '',
      browser_hash bytea,
      state_hash bytea,
      route_id text,
      return_to text,
      course jsonb,
      status text not null constraint route_send_status check (status in ('awaiting_auth', 'sending', 'sent', 'permission_missing', 'failed')),
      requested boolean not null default false,
      attempts integer not null default 1,
      course_id text,
      error_code text,
      error text,
      retry_at timestamptz,
      run_id text,
      created_at timestamptz not null default now(),
      expires_at timestamptz
    );
    create unique index route_send_state on route_send (state_hash) where state_hash is not null;
    create index route_send_course on route_send (tenant_id, user_id, route_id, created_at) where course_id is not null;
    create index route_send_created on route_send (created_at);
  `;
}
