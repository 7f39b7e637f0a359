import { AppRef, IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { Conflict } from '../problem.js';
import { DeveloperAppNotFound } from './app.js';

const docs = {
  activity: { description: 'What runs the tool: `tool_` and the name of its function.', example: 'tool_save_link' },
  name: { description: 'Name that users see.', example: 'Save Link' },
  description: { description: 'What the tool does, for people and agents.', example: 'Saves a link for later.' },
  domains: { description: 'What the tool is about.', example: ['bookmarks'] },
  required_scopes: { description: 'Scopes that the tool states to need.', example: ['store:write'] },
  params_schema: {
    description: 'JSON Schema of `params`.',
    example: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
  },
  action_type: { description: '`read`, `write` or `destructive`. Null counts as a write.', example: 'write' },
  endpoint: { description: 'URL at which the author runs the tool.', example: 'https://links.example.com/tools/save_link' },
  impl: { description: 'How the tool runs.', example: { kind: 'http' } },
  section: { description: 'Name of the section.', example: 'inbox' },
  refresh: { description: 'Activity that refreshes the section.', example: 'refresh_inbox' },
  alert: { description: 'Activity that alerts about changes. Null if there is none.', example: 'alert_inbox' },
  ttl: { description: 'Seconds for which the section is up to date.', example: 300 },
} satisfies Record<string, FieldDocs>;

const TTL_MAX = 30 * 86_400;
const VERSION = { description: 'Version of the app.', example: '1.2.0' };

@Shape('A tool to register. `activity` is derived from `name` if it is left out.')
export class ToolRecord {
  @Optional() @Text({ max: 200, ...docs.activity }) activity?: string;
  @Text({ min: 1, max: 200, ...docs.name }) name!: string;
  @Text({ ...docs.description }) description: string = '';
  @List('text', { max: 20, ...docs.domains }) domains: string[] = [];
  @List('text', { max: 100, ...docs.required_scopes }) required_scopes: string[] = [];
  @Optional() @Json({ bytes: Infinity, ...docs.params_schema }) params_schema?: Record<string, unknown>;
  @Optional() @OneOf(['read', 'write', 'destructive'], docs.action_type) action_type?: string;
  @Optional() @Text({ max: 2000, ...docs.endpoint }) endpoint?: string;
  @Optional() @Json(docs.impl) impl?: Record<string, unknown>;
}

@Shape('A section of the skeleton of the app. `name` is another name of `section_name`; one of them is required.')
export class SkeletonSectionRecord {
  @Optional() @Text({ min: 1, max: 100, ...docs.section }) section_name?: string;
  @Optional() @Text({ min: 1, max: 100, ...docs.section }) name?: string;
  @Optional() @Text({ max: 200, ...docs.refresh }) refresh_activity?: string;
  @Optional() @Text({ max: 200, ...docs.alert }) alert_activity?: string;
  @Int({ min: 0, max: TTL_MAX, ...docs.ttl }) ttl: number = 300;
  @Bool({ description: 'Whether a change alerts the user.', example: false }) alert_on_change: boolean = false;
}

@Shape('All tools and sections of an app. A list that is left out stays; what a list leaves out is removed.')
export class SyncTools extends AppRef {
  @Optional() @List(() => ToolRecord, { max: 1_000, description: 'All tools.' }) tools?: ToolRecord[];
  @Optional() @List(() => SkeletonSectionRecord, { max: 200, description: 'All sections.' }) skeleton_sections?: SkeletonSectionRecord[];
  @Optional() @Text({ max: 64, ...VERSION }) version?: string;
}

@Shape('What an app has after a sync.')
export class ToolsSynced {
  @Text(IDS.app) app_id!: string;
  @Text(VERSION) version!: string;
  @Int({ description: 'Number of tools.', example: 2 }) tools_registered!: number;
  @Int({ description: 'The same as `tools_registered`.', example: 2 }) tools_count!: number;
  @Int({ description: 'Number of sections.', example: 1 }) skeleton_sections_count!: number;
  @Text({ description: 'Always `registered`.', example: 'registered' }) status!: string;
  @List('text', { ...docs.domains, description: 'What the tools are about, each once.' }) domains!: string[];
}

@Shape('A registered tool.')
export class RegisteredTool {
  @Text(docs.activity) activity!: string;
  @Text(docs.name) name!: string;
  @Text({ ...IDS.function, description: 'Name to call the tool by.' }) function!: string;
  @Text(docs.description) description!: string;
  @List('text', docs.domains) domains!: string[];
  @List('text', docs.required_scopes) required_scopes!: string[];
  @Json({ bytes: Infinity, ...docs.params_schema }) params_schema!: Record<string, unknown>;
  @Nullable() @Text(docs.action_type) action_type!: string | null;
  @Optional() @Text(docs.endpoint) endpoint?: string;
  @Optional() @Json(docs.impl) impl?: Record<string, unknown>;
}

@Shape('A registered section.')
export class RegisteredSection {
  @Text(docs.section) section_name!: string;
  @Text({ ...docs.section, description: 'The same as `section_name`.' }) name!: string;
  @Nullable() @Text(docs.refresh) refresh_activity!: string | null;
  @Nullable() @Text(docs.alert) alert_activity!: string | null;
  @Int(docs.ttl) ttl!: number;
  @Bool({ description: 'Whether a change alerts the user.' }) alert_on_change!: boolean;
}

@Shape('The tools and sections of the newest deploy or sync of an app.')
export class AppTools {
  @Text(IDS.app) app_id!: string;
  @Text({ ...VERSION, description: 'Version of the app. Empty if nothing was deployed.' }) version!: string;
  @List(() => RegisteredTool, { description: 'The tools.' }) tools!: RegisteredTool[];
  @List(() => RegisteredSection, { description: 'The sections.' }) skeleton_sections!: RegisteredSection[];
  @Instant({ description: 'When the app was last changed.' }) updated_at!: Date;
}

export const toolMembers = {
  syncTools: operation('Register the tools of an app', {
    description:
      'Replaces all tools and sections, and releases them for the developer of the app at once; others get them with the next approval. `conflict` for an app whose functions an IR defines: deploy the IR.',
    input: SyncTools,
    output: ToolsSynced,
    problems: [DeveloperAppNotFound, Conflict],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
  getTools: operation('Read the tools of an app', {
    description: 'Of the newest deploy or sync, whichever way they were deployed.',
    input: AppRef,
    output: AppTools,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
  }),
};
