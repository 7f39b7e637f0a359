import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Int, List, Nullable, Num, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { ModelPreferences } from '../models/index.js';

const docs = {
  max_context_tokens: { description: 'Tokens that a model may read at once.', example: 200_000 },
  max_history_share: { description: 'The part of them that earlier messages may take. Older ones are summarised.', example: 0.5 },
  reserve_tokens_floor: { description: 'Tokens that stay free for the answer.', example: 20_000 },
  pruning_enabled: { description: 'Whether long results of tools are shortened.', example: true },
  soft_trim_ratio: { description: 'From this part of the context on, long results are shortened.', example: 0.3 },
  hard_clear_ratio: { description: 'From this part of the context on, old results are removed.', example: 0.5 },
} satisfies Record<string, FieldDocs>;
const share = { min: 0.1, max: 0.9 };
const tokens = { min: 1_000, max: 10_000_000 };

@Shape('New values of your runtime settings. What is left out or null stays.')
export class UpdateRuntime {
  @Optional() @Int({ ...tokens, ...docs.max_context_tokens }) max_context_tokens?: number;
  @Optional() @Num({ ...share, ...docs.max_history_share }) max_history_share?: number;
  @Optional() @Int({ ...tokens, ...docs.reserve_tokens_floor }) reserve_tokens_floor?: number;
  @Optional() @Bool(docs.pruning_enabled) pruning_enabled?: boolean;
  @Optional() @Num({ ...share, ...docs.soft_trim_ratio }) soft_trim_ratio?: number;
  @Optional() @Num({ ...share, ...docs.hard_clear_ratio }) hard_clear_ratio?: number;
}

@Shape('How much your agents read at once, and which model they ask.')
export class RuntimeSettings extends ModelPreferences {
  @Int(docs.max_context_tokens) max_context_tokens!: number;
  @Num(docs.max_history_share) max_history_share!: number;
  @Int(docs.reserve_tokens_floor) reserve_tokens_floor!: number;
  @Bool(docs.pruning_enabled) pruning_enabled!: boolean;
  @Num(docs.soft_trim_ratio) soft_trim_ratio!: number;
  @Num(docs.hard_clear_ratio) hard_clear_ratio!: number;
  @List('text', {
    description: 'Settings that an administrator has set for everyone: your own values of these have no effect.',
    example: [],
  })
  enforced!: string[];
}

@Shape('Selects the provider that is asked first.')
export class SelectProvider {
  @Text({ max: 50, description: 'Name of the provider.', example: 'openai' }) provider!: string;
}

@Shape('Selects the model that is asked.')
export class SelectModel {
  @Text({ min: 1, max: 200, description: 'Name of the model.', example: 'gpt-5-mini' }) model!: string;
}

export const WORKSPACE_FILES = ['SOUL.md', 'USER.md', 'IDENTITY.md', 'AGENTS.md', 'TOOLS.md', 'MEMORY.md', 'HEARTBEAT.md'] as const;
export type WorkspaceFileName = (typeof WORKSPACE_FILES)[number];

const file = {
  filename: { description: 'Name of the file.', example: 'SOUL.md' },
  content: { description: 'Its text, in Markdown. Null if it does not exist.', example: 'You are patient.' },
} satisfies Record<string, FieldDocs>;

@Shape('Identifies a file of your workspace.')
export class WorkspaceFileRef {
  @Text({ max: 200, ...file.filename }) filename!: string;
}

@Shape('The new text of a file of your workspace.')
export class WriteWorkspaceFile extends WorkspaceFileRef {
  @Text({ max: 1_000_000, ...file.content }) content!: string;
}

@Shape('A file of your workspace, which your agents read before each answer.')
export class WorkspaceFile {
  @Text(file.filename) filename!: string;
  @Nullable() @Text(file.content) content!: string | null;
  @Bool({ description: 'Whether it exists.', example: true }) exists!: boolean;
}

@Shape('Your workspace.')
export class Workspace {
  @List(() => WorkspaceFile, { description: 'Its files, always the same names.' }) files!: WorkspaceFile[];
  @Bool({ description: 'Whether none of them exists.', example: false }) bootstrap_needed!: boolean;
}

@Shape('A workspace that was set up.')
export class WorkspaceInitialized {
  @Text({ description: 'One sentence.', example: 'Workspace initialized' }) message!: string;
  @List('text', { description: 'Files that were created.', example: ['SOUL.md'] }) files_created!: string[];
  @List('text', { description: 'Files that existed.', example: [] }) files_skipped!: string[];
  @Bool({ description: 'Whether none of them exists.', example: false }) bootstrap_needed!: boolean;
}

export const InvalidFilename = problem('invalid_filename', 400, `Invalid filename. Allowed: ${WORKSPACE_FILES.join(', ')}`);
export const ProviderNotRegistered = problem('provider_not_registered', 400, 'This provider is not registered. Give it a key first.');

const SCOPE = 'agent:use';

export const runtimeMembers = {
  getRuntime: operation('Read your runtime settings', { input: Empty, output: RuntimeSettings, scope: SCOPE, spansCalls: true }),
  updateRuntime: operation('Change your runtime settings', {
    input: UpdateRuntime,
    output: RuntimeSettings,
    scope: SCOPE,
    spansCalls: true,
  }),
  selectProvider: operation('Choose your default provider', {
    input: SelectProvider,
    output: RuntimeSettings,
    scope: SCOPE,
    problems: [ProviderNotRegistered],
    spansCalls: true,
  }),
  selectModel: operation('Choose your default model', { input: SelectModel, output: RuntimeSettings, scope: SCOPE, spansCalls: true }),
  getWorkspace: operation('Read your workspace', { input: Empty, output: Workspace, scope: SCOPE }),
  readWorkspaceFile: operation('Read a file of your workspace', {
    input: WorkspaceFileRef,
    output: WorkspaceFile,
    scope: SCOPE,
    problems: [InvalidFilename],
  }),
  writeWorkspaceFile: operation('Write a file of your workspace', {
    input: WriteWorkspaceFile,
    output: WorkspaceFile,
    scope: SCOPE,
    problems: [InvalidFilename],
  }),
  initializeWorkspace: operation('Set up your workspace', {
    description: 'Creates the files that do not exist.',
    input: Empty,
    output: WorkspaceInitialized,
    scope: SCOPE,
  }),
};
