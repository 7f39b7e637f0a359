import { Migration } from '@skep/platform';

export class Baseline1798000000000 extends Migration {
  readonly sql = `
    create table conversation (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      title text,
      metadata jsonb not null default '{}',
      message_count integer not null default 0,
      -- The newest turn of its agent.
      run_id text,
      -- Of a subagent: it is not listed.
      is_hidden boolean not null default false,
      -- Who knows the token reads the conversation.
      share_hash bytea,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index conversation_newest on conversation (tenant_id, user_id, updated_at, id);
    create unique index conversation_share on conversation (share_hash) where share_hash is not null;

    create table message (
      -- The order of a conversation.
      seq bigint generated always as identity primary key,
      id text not null,
      conversation_id text not null constraint message_conversation references conversation on delete cascade,
      tenant_id text not null,
      user_id text not null,
      role text not null constraint message_role check (role in ('user', 'assistant', 'system')),
      content text not null,
      agent_id text,
      model text,
      metadata jsonb not null default '{}',
      created_at timestamptz not null default clock_timestamp()
    );
    create unique index message_id on message (id);
    create index message_order on message (conversation_id, seq);

    create table agent (
      tenant_id text not null,
      user_id text not null,
      id text not null,
      name text not null,
      type text not null,
      enabled boolean not null default true,
      provider text,
      model text,
      temperature double precision,
      max_tokens integer,
      max_tool_iterations integer,
      system_prompt text,
      persona jsonb,
      default_provider_params jsonb not null default '{}',
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, user_id, id)
    );

    create table subagent (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      parent_conversation_id text,
      conversation_id text not null,
      run_id text not null,
      task_description text not null,
      status text not null default 'running' constraint subagent_status check (status in ('running', 'completed', 'failed', 'cancelled')),
      result text,
      error text,
      metadata jsonb not null default '{}',
      created_at timestamptz not null default now(),
      started_at timestamptz,
      completed_at timestamptz
    );
    create index subagent_newest on subagent (tenant_id, user_id, created_at, id);
    create index subagent_running on subagent (tenant_id, user_id) where status = 'running';
    create index subagent_created on subagent (created_at);

    -- A socket that gets what is shown of a conversation.
    create table listener (
      socket_id text not null,
      conversation_id text not null,
      tenant_id text not null,
      user_id text not null,
      dialect text not null constraint listener_dialect check (dialect in ('event', 'type')),
      created_at timestamptz not null default now(),
      primary key (socket_id, conversation_id)
    );
    create index listener_conversation on listener (conversation_id);
    create index listener_created on listener (created_at);

    create table runtime_setting (
      tenant_id text not null,
      user_id text not null,
      settings jsonb not null,
      primary key (tenant_id, user_id)
    );

    create table workspace_file (
      tenant_id text not null,
      user_id text not null,
      filename text not null,
      content text not null,
      updated_at timestamptz not null default now(),
      primary key (tenant_id, user_id, filename)
    );`;
}
