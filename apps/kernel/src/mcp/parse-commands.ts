import { isObject } from '../ir/ir.js';

const SCHEME = 'command:';

/** Whether the address of an MCP server is the name of a program. */
export const isCommand = (url: string): boolean => url.startsWith(SCHEME);
export const nameOfCommand = (url: string): string => url.slice(SCHEME.length);

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** A program of the operator that is an MCP server on its standard input and output. */
export interface McpCommand {
  command: string;
  args: string[];
  /** Beside PATH, HOME and the like: nothing of the environment of Skep. */
  env: Record<string, string>;
}

/** Reads SKEP_MCP_COMMANDS. @throws Error that says what is wrong, without values */
export function parseCommands(text: string): ReadonlyMap<string, McpCommand> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('must be JSON');
  }
  if (!isObject(json)) throw new Error('must be an object');
  return new Map(
    Object.entries(json).map(([name, listed]) => {
      if (!NAME.test(name)) throw new Error(`${name} is no name: use a-z, 0-9, _ and -`);
      const { command, args = [], env = {} } = isObject(listed) ? listed : {};
      if (typeof command !== 'string' || !command) throw new Error(`${name} needs command, the program`);
      if (!Array.isArray(args) || !args.every(isText)) throw new Error(`args of ${name} must be a list of texts`);
      if (!isObject(env) || !Object.values(env).every(isText)) throw new Error(`env of ${name} must be texts by name`);
      return [name, { command, args: args as string[], env: env as Record<string, string> }];
    }),
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';
