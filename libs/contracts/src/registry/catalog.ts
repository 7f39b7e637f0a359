import { Cursor, IDS } from '../common.js';
import { operation, page } from '../define.js';
import { AnyJson, type FieldDocs, Int, Json, List, Nullable, Num, Optional, Shape, Text } from '../fields.js';

/** Tools of one answer. With their vectors, so many fit into a message of the bus. */
export const CATALOG_LIMIT_MAX = 200;

const docs = {
  search: {
    description: 'Words of what the tool should do. Left out: all tools, by app and name.',
    example: 'save a link',
  },
  score: { description: 'How well the tool matches the search, from 0 on. Null without a search.', example: 0.83 },
} satisfies Record<string, FieldDocs>;

@Shape('Which tools to find.')
export class CatalogQuery {
  @Optional() @Text({ max: 500, ...docs.search }) search?: string;
  @Int({ min: 1, max: CATALOG_LIMIT_MAX, description: 'Maximum number of tools.' }) limit: number = CATALOG_LIMIT_MAX;
  @Cursor() cursor?: string;
}

@Shape('A tool of an approved app.')
export class CatalogToolInfo {
  @Text(IDS.app) app_id!: string;
  @Text({ description: 'Name of the app.', example: 'Link Saver' }) app_name!: string;
  @Text({ ...IDS.function, description: 'Name to call the tool by.' }) name!: string;
  @Text({ description: 'What runs the tool: `tool_` and its name.', example: 'tool_save_link' }) activity!: string;
  @Text({ description: 'What the tool does.', example: 'Saves a link for later.' }) description!: string;
  @Nullable() @Text({ description: '`read`, `write` or `destructive`. Null counts as a write.', example: 'write' }) action_type!:
    string | null;
  @Json({ bytes: Infinity, description: 'JSON Schema of `params`.', example: { type: 'object' } }) params_schema!: Record<string, unknown>;
  @List('text', { description: 'Permissions of the release of the app.', example: ['store:write'] }) permissions!: string[];
  @Nullable() @Num(docs.score) score!: number | null;
}

@Shape('A tool of an approved app, with its vector.')
export class CatalogTool extends CatalogToolInfo {
  @Nullable()
  @AnyJson({ description: 'Vector of name and description; null until it is computed.', example: [0.6, 0.8] })
  embedding!: number[] | null;
  @Nullable()
  @Text({ description: 'Name of the model of the vector. Vectors of different models cannot be compared.', example: 'hash' })
  embedding_model!: string | null;
}

export const catalogMembers = {
  getCatalog: operation('Read the catalogue of tools', {
    description:
      'The tools of all apps that are listed, with a vector of each. A search finds tools with one of its words, and ranks up to 100 of them by words and meaning.',
    input: CatalogQuery,
    output: page(CatalogTool),
    scope: 'extensions:read',
    spansCalls: true,
  }),
  listCatalogTools: operation('List the tools of your apps', {
    description:
      'The tools of the apps that you have installed, without vectors; for a service of all apps that are listed. A search ranks them by words and meaning.',
    input: CatalogQuery,
    output: page(CatalogToolInfo),
    scope: 'extensions:read',
    spansCalls: true,
  }),
};
