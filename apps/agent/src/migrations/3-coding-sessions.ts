import { Migration } from '@skep/platform';

/** Coding sessions of terminals, and their instructions. */
export class CodingSessions1798000000003 extends Migration {
  readonly sql = `
    create table coding_session (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      conversation_id text not null constraint coding_session_conversation references conversation on delete cascade,
      kind text not null constraint coding_session_kind check (kind in ('coding', 'marathon')),
      slot text not null,
      label text not null default '',
      -- The newest task.
      run_id text,
      -- Whether that task still hears what it is told.
      hears boolean not null default false,
      -- The number of the next answer that the task waits for.
      wake integer not null default 0,
      -- What it has asked the terminal or the person.
      request jsonb,
      remote_enabled boolean not null default false,
      mirror text[] not null default '{}',
      steer text[] not null default '{}',
      applied_mode text,
      requested_mode jsonb,
      -- When its terminal asked for the last time.
      seen_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index coding_session_newest on coding_session (tenant_id, user_id, updated_at, id);
    create index coding_session_of_conversation on coding_session (conversation_id);

    create table coding_instruction (
      seq bigint generated always as identity primary key,
      session_id text not null constraint coding_instruction_session references coding_session on delete cascade,
      iid text not null,
      tenant_id text not null,
      user_id text not null,
      text text not null,
      surface text not null,
      -- The task in progress hears it, or the terminal takes it.
      goes_to text not null constraint coding_instruction_goes_to check (goes_to in ('task', 'terminal')),
      state text not null constraint coding_instruction_state check (state in ('waiting', 'taken', 'dropped')),
      -- Whether readers of the task know that it waits.
      is_shown boolean not null default false,
      -- The task that it became, or that heard it.
      run_id text,
      created_at timestamptz not null default now()
    );
    create unique index coding_instruction_iid on coding_instruction (session_id, iid);
    create index coding_instruction_waiting on coding_instruction (session_id, seq) where state = 'waiting';
    create index coding_instruction_created on coding_instruction (created_at);`;
}
