import type { ModelTool } from '@skep/contracts/models';
import { textArguments, type Tool } from '../tool/tool.js';

type Arguments = Record<string, unknown>;

const object = (properties: Record<string, object>, required: string[]): Arguments => ({ type: 'object', properties, required });
const text = (description: string) => ({ type: 'string', description });
const PATH = text('Path, from the working directory.');

/** A tool that a terminal runs. */
const at = (hasEffect: boolean, name: string, description: string, parameters: Arguments): Tool => ({
  ...({ name, description, parameters } satisfies ModelTool),
  ...{ hasEffect, isOutside: true, runsAtClient: true },
  use: () => Promise.reject(new Error(`${name} runs at a terminal`)),
});
const reads = (name: string, description: string, parameters: Arguments) => at(false, name, description, parameters);
const changes = (name: string, description: string, parameters: Arguments) => at(true, name, description, parameters);

const EDIT = {
  old_string: text('The text to replace, which occurs once.'),
  new_string: text('The text that replaces it.'),
};

/** The tools of terminals. A terminal that does not have one returns an error. */
export const TERMINAL_TOOLS: readonly Tool[] = [
  reads(
    'read_file',
    'Reads a file of the repository.',
    object({ path: PATH, offset: { type: 'integer' }, limit: { type: 'integer' } }, ['path']),
  ),
  reads('list_dir', 'Lists a folder.', textArguments({ path: PATH.description })),
  reads('glob', 'Finds files by a pattern, such as src/**/*.ts.', textArguments({ pattern: 'The pattern.' })),
  reads('grep', 'Finds lines by a regular expression.', object({ pattern: text('The expression.'), path: PATH }, ['pattern'])),
  reads('search_code', 'Finds code by what it does.', textArguments({ query: 'What the code does.' })),
  reads('diff', 'Shows what has changed since the last checkpoint.', object({}, [])),
  reads('repo_profile', 'Describes the repository: languages, commands, conventions.', object({}, [])),
  reads('graph_slice', 'Shows what a symbol uses, and what uses it.', textArguments({ symbol: 'Name of the symbol.' })),
  reads('impact_of_change', 'Names what a change of a symbol would affect.', textArguments({ symbol: 'Name of the symbol.' })),
  reads('contract_slice', 'Shows the contracts that a file declares or uses.', textArguments({ path: PATH.description })),
  reads('orient', 'Gives an overview of the repository for a task.', textArguments({ task: 'The task.' })),
  changes('write_file', 'Writes a whole file.', textArguments({ path: PATH.description, content: 'The new content.' })),
  changes('edit_file', 'Replaces a text in a file.', object({ path: PATH, ...EDIT }, ['path', 'old_string', 'new_string'])),
  changes(
    'multi_edit',
    'Replaces several texts in a file.',
    object({ path: PATH, edits: { type: 'array', items: object(EDIT, ['old_string', 'new_string']) } }, ['path', 'edits']),
  ),
  changes('checkpoint', 'Keeps the state of the files, for `rollback`.', object({ label: text('Its name.') }, [])),
  changes('rollback', 'Restores a checkpoint.', object({ label: text('Its name.') }, [])),
  changes(
    'bash',
    'Runs a command in the working directory.',
    object({ command: text('The command.'), timeout: { type: 'integer' } }, ['command']),
  ),
];
