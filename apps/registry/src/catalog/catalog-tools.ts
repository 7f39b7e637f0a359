import { type Ctx, Database, Runs, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { EMBED_TOOLS } from './embedding.js';

const LIVE_FUNCTIONS = `app a join release r on r.app_id = a.app_id and r.revision = a.live_revision
  cross join jsonb_array_elements(r.functions) f where a.app_id = :app_id and a.approved_at is not null`;
const REMOVE = statement(`delete from catalog_tool where app_id = :app_id and name not in (select f ->> 'name' from ${LIVE_FUNCTIONS})`);
/** A tool keeps its vector while the texts that it is of stay. */
const SAVE = statement(`
  insert into catalog_tool (app_id, name, app_name, description, action_type, params_schema, permissions, listed, document)
  select distinct on (f ->> 'name') a.app_id, f ->> 'name', r.name, f ->> 'description', f ->> 'action_type', coalesce(f -> 'params_schema', '{}'),
         r.permissions, not a.suspended and (a.delisted_at is null or a.delisted_at < a.approved_at),
         to_tsvector('english', r.name || ' ' || replace(f ->> 'name', '_', ' ') || ' ' || left(f ->> 'description', 10000))
    from ${LIVE_FUNCTIONS}
  on conflict (app_id, name) do update
     set app_name = excluded.app_name, description = excluded.description, action_type = excluded.action_type,
         params_schema = excluded.params_schema, permissions = excluded.permissions, listed = excluded.listed, document = excluded.document,
         embedding = case when (catalog_tool.app_name, catalog_tool.description) = (excluded.app_name, excluded.description)
                          then catalog_tool.embedding end`);
const HAS_UNEMBEDDED = statement('select app_id from catalog_tool where app_id = :app_id and embedding is null limit 1', {
  app_id: 'text',
});

/** Keeps the catalogue as the live releases are. */
@Injectable()
export class CatalogTools {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
  ) {}

  /** Call it in the transaction of each change of an app's live release, its suspension or its listing. */
  async refresh(ctx: Ctx, app_id: string): Promise<void> {
    await this.db.rows(REMOVE, { app_id });
    await this.db.rows(SAVE, { app_id });
    if (await this.db.row(HAS_UNEMBEDDED, { app_id })) await this.runs.start(EMBED_TOOLS, ctx, {}, { lane: 'catalog' });
  }
}
