import { EMBEDDED_TEXTS_MAX, models } from '@skep/contracts/models';
import { Bus, Database, Handlers, OnRun, type Run, runKind, statement } from '@skep/platform';
import { toBytes } from './vectors.js';

/** Computes the vectors of all tools without one. Tried again until the models answer, or the deadline of a day. */
export const EMBED_TOOLS = runKind('catalog.embed', { retries: 1_000 });

const UNEMBEDDED = statement(
  'select app_id, name, app_name, description from catalog_tool where embedding is null order by app_id, name limit :limit',
  { app_id: 'text', name: 'text', app_name: 'text', description: 'text' },
);
/** Not if the texts have changed meanwhile. */
const SAVE = statement(`
  update catalog_tool set embedding = :embedding, embedding_model = :model
   where app_id = :app_id and name = :name and app_name = :app_name and description = :description`);

/** Characters of a text that an embedding is of. */
const TEXT_MAX = 8_000;

@Handlers()
export class EmbeddingHandlers {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @OnRun(EMBED_TOOLS)
  async embedTools(run: Run): Promise<void> {
    for (let batch = 0; await run.step(`batch ${batch}`, ({ ctx }) => this.embedBatch(ctx)); batch++);
  }

  /** @returns whether there may be more */
  private async embedBatch(ctx: Run['ctx']): Promise<boolean> {
    const tools = await this.db.rows(UNEMBEDDED, { limit: EMBEDDED_TEXTS_MAX });
    if (!tools.length) return false;
    const texts = tools.map((tool) => textOf(tool).slice(0, TEXT_MAX));
    const { vectors, model } = await this.bus.call(models.embed, ctx, { texts });
    await this.db.transaction(async () => {
      for (const [i, tool] of tools.entries()) await this.db.rows(SAVE, { ...tool, embedding: toBytes(vectors[i]!), model });
    });
    return tools.length === EMBEDDED_TEXTS_MAX;
  }
}

const textOf = ({ app_name, name, description }: Record<'app_name' | 'name' | 'description', string>) =>
  `${app_name}: ${name.replaceAll('_', ' ')}. ${description}`;
