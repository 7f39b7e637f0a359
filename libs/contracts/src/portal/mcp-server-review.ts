import { type FieldDocs, Json, List, Nested, Nullable, OneOf, Shape, Text } from '../fields.js';

const docs = {
  url: { description: 'Address of the server.', example: 'https://links.example.com/mcp' },
  tool: { description: 'Name of the tool at the server.', example: 'save_link' },
  credential: {
    description: 'What goes to the server for each user: a secret or an account at a provider, and its header. Null if nothing does.',
    example: { secret: 'links_token', header: 'Authorization', prefix: 'Bearer ' },
  },
  relays: { description: 'What the server may ask the MCP client of a user for, beside a form.', example: ['sampling'] },
} satisfies Record<string, FieldDocs>;

@Shape('A tool of an MCP server, as it is under review.')
export class PinnedTool {
  @Text(docs.tool) tool!: string;
  @Text({ description: 'Name of the function of the app.', example: 'save_link' }) function!: string;
  @Text({
    description: 'Hash of its name, description, schemas and annotations. A tool with another hash is refused.',
    example: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  pin!: string;
}

@Shape('A difference of a tool to the approved release.')
export class ToolChange {
  @Text(docs.tool) tool!: string;
  @OneOf(['added', 'changed', 'removed'], { description: 'How it differs.', example: 'changed' }) change!: 'added' | 'changed' | 'removed';
  @Nullable()
  @Json({ bytes: Infinity, description: 'The tool in the approved release; null if it is new.', example: null })
  before!: Record<string, unknown> | null;
  @Nullable() @Json({ bytes: Infinity, description: 'The tool under review; null if it was removed.', example: null }) after!: Record<
    string,
    unknown
  > | null;
}

@Shape('Where the tools of an app were in the approved release.')
export class ApprovedMcpServer {
  @Text(docs.url) url!: string;
  @Nullable() @Json(docs.credential) credential!: Record<string, unknown> | null;
  @List('text', docs.relays) relays!: string[];
}

@Shape('The MCP server whose tools are the functions of an app under review.')
export class McpServerReview extends ApprovedMcpServer {
  @List(() => PinnedTool, { description: 'Its tools. Their definitions are in `tools_json`.' }) tools!: PinnedTool[];
  @Nullable()
  @Nested(() => ApprovedMcpServer, { description: 'The server of the approved release. Null if there is none.' })
  approved!: ApprovedMcpServer | null;
  @List(() => ToolChange, { description: 'Differences to the approved release. Empty if there is none.' }) changes!: ToolChange[];
}
