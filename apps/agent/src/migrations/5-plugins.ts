import { Migration } from '@skep/platform';

/** Plugins of people, and which skills they brought. */
export class Plugins1798000000005 extends Migration {
  readonly sql = `
    create table plugin (
      tenant_id text not null,
      user_id text not null,
      name text not null,
      version text not null,
      description text not null,
      -- The repository or folder that it came from.
      source text not null,
      -- Null: it came from a folder.
      commit_id text,
      -- An MCP server that it names; nothing is connected to it.
      mcp_url text,
      enabled boolean not null default true,
      installed_at timestamptz not null default now(),
      primary key (tenant_id, user_id, name)
    );

    -- The plugin that brought the skill.
    alter table skill add column plugin text;
    -- Its plugin is disabled.
    alter table skill add column is_hidden boolean not null default false;`;
}
