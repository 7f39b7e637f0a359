import { Migration } from '@skep/platform';

/** Branches, links and summaries of conversations, messages that others wrote, and tools that need no approval. */
export class Branches1798000000004 extends Migration {
  readonly sql = `
    -- Tools that need no approval after content from outside.
    alter table agent add column approved_tools jsonb not null default '[]';

    -- Rows of the user '' are for everyone of the tenant. Enforced: nobody changes it.
    alter table agent add column enforced boolean not null default false;
    alter table runtime_setting add column enforced jsonb not null default '{}';

    -- Others wrote it, or a part of it: who reads it is tainted.
    alter table message add column is_outside boolean not null default false;
    -- The message before it on its branch.
    alter table message add column parent_id text;
    -- It is on the branch that is shown and continued.
    alter table message add column is_current boolean not null default true;
    update message set parent_id = before.parent_id
      from (select seq, lag(id) over (partition by conversation_id order by seq) as parent_id from message) before
     where before.seq = message.seq and before.parent_id is not null;
    create index message_current on message (conversation_id, seq) where is_current;
    create index message_parent on message (conversation_id, parent_id, seq);

    -- What was said until then is shared: who knows the token reads it.
    alter table conversation add column shared_at timestamptz;

    -- Stands for the oldest messages when a model reads a conversation.
    create table conversation_summary (
      conversation_id text primary key constraint conversation_summary_conversation references conversation on delete cascade,
      tenant_id text not null,
      user_id text not null,
      content text not null,
      -- The last message that is in it.
      until_id text not null,
      -- Others wrote a part of these messages.
      is_outside boolean not null
    );`;
}
