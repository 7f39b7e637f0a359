import { Migration } from '@skep/platform';

export class Baseline1798100000000 extends Migration {
  readonly sql = `
    create table node (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      name text not null,
      platform text not null,
      capabilities text[] not null,
      declared_commands text[],
      denied_commands text[] not null default '{}',
      device_family text,
      version text,
      os_version text,
      metadata jsonb not null default '{}',
      -- SHA-256, in hexadecimal. A node that its person began to pair has the token of then and that of the approval.
      token_hashes text[] not null,
      approved_at timestamptz,
      -- The socket over which it is online.
      socket_id text,
      dialect text constraint node_dialect check (dialect in ('event', 'type')),
      last_seen timestamptz,
      created_at timestamptz not null default now(),
      constraint node_socket check (socket_id is null or (dialect is not null and last_seen is not null and approved_at is not null))
    );
    create index node_newest on node (tenant_id, user_id, created_at, id);
    create unique index node_connected on node (socket_id) where socket_id is not null;
    create index node_silent on node (last_seen) where socket_id is not null;

    -- Of devices that no one owns yet: it has no tenant.
    create table pairing_request (
      id text primary key,
      name text not null,
      platform text not null,
      capabilities text[] not null,
      metadata jsonb not null default '{}',
      -- The network that the device asked from.
      network text not null,
      socket_id text not null,
      dialect text not null constraint pairing_request_dialect check (dialect in ('event', 'type')),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index pairing_request_network on pairing_request (network, created_at);
    create unique index pairing_request_socket on pairing_request (socket_id);
    create index pairing_request_expires on pairing_request (expires_at);

    create table invocation (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      node_id text not null constraint invocation_node references node on delete cascade,
      run_id text not null,
      command text not null,
      args jsonb not null,
      -- What its person reads before they approve it.
      shown text not null,
      state text not null constraint invocation_state check (state in ('asking', 'ready', 'sent', 'ended')),
      invoked_by text not null constraint invocation_invoked_by check (invoked_by in ('user', 'agent')),
      sent_at timestamptz,
      success boolean,
      output text,
      error text,
      exit_code integer,
      result_data jsonb,
      created_at timestamptz not null default clock_timestamp(),
      completed_at timestamptz,
      constraint invocation_ended check ((state = 'ended') = (completed_at is not null) and (completed_at is null) = (success is null))
    );
    create index invocation_log on invocation (node_id, created_at, id);
    create unique index invocation_run on invocation (run_id);
    create index invocation_open on invocation (tenant_id, user_id, created_at) where completed_at is null;
    create index invocation_created on invocation (created_at);

    create table remembered_approval (
      node_id text constraint remembered_approval_node references node on delete cascade,
      -- SHA-256 of the command and its arguments.
      command_hash bytea,
      tenant_id text not null,
      user_id text not null,
      created_at timestamptz not null default now(),
      primary key (node_id, command_hash)
    );
  `;
}
