import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Fault, messageOf } from '../setup/fault.mjs';
import { nearest } from '../setup/nearest.mjs';

/**
 * A command of `npm run skep`. Its usage contains its name (lower case), its arguments (upper case; optional ones in brackets) and its options;
 * the command line is parsed by it: `users show USER [--tenant TENANT] [-o, --output FILE] [--json]`.
 */
export interface Command {
  usage: string;
  summary: string;
  example: string;
  run(input: Input): Promise<Answer | number | void> | Answer | void;
}

/** A parsed command line: its arguments, its options with a value, and those without. */
export interface Input {
  args: string[];
  values: Record<string, string | undefined>;
  flags: Record<string, boolean | undefined>;
}

/** The output: `text`, or `data` with --json. `code` is the exit code, 0 by default. */
export interface Answer {
  data: unknown;
  text: string;
  code?: number;
}

const folder = new URL('../skep/', import.meta.url);

/** Loads the commands of all files in tools/skep/. */
export async function loadCommands(): Promise<Command[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(files.sort().map((file) => import(new URL(file, folder).href) as Promise<{ commands: Command[] }>));
  return modules.flatMap(({ commands }) => commands);
}

/** Runs the command of a command line. Returns its exit code. @throws Fault for an unknown command or wrong arguments */
export async function runCommand(commands: Command[], line: string[]): Promise<number | void> {
  const wantsHelp = line.some((word) => word === '--help' || word === '-h');
  const command = commands.find(({ usage }) => parseUsage(usage).name.every((word, i) => line[i] === word));
  if (command && wantsHelp) return void console.log(help(command));
  if (!command) {
    const group = commands.filter(({ usage }) => usage.split(' ')[0] === line[0]);
    if (line.length === 0 || wantsHelp || (group.length > 0 && line.length === 1))
      return void console.log(overview(group.length ? group : commands));
    throw new Fault(`Unknown command '${line.slice(0, 2).join(' ')}'. ${suggestion(commands, line)}`);
  }
  const input = parseLine(command, line);
  const answer = await command.run(input);
  if (typeof answer !== 'object') return answer;
  console.log(input.flags.json ? JSON.stringify(answer.data, null, 2) : answer.text);
  return answer.code;
}

function parseLine({ usage }: Command, line: string[]): Input {
  const { name, required, optional, options } = parseUsage(usage);
  const usageLine = `Usage: npm run skep -- ${usage}`;
  const input: Input = { args: [], values: {}, flags: {} };
  try {
    const { positionals, values } = parseArgs({ args: line.slice(name.length), allowPositionals: true, options });
    input.args = positionals;
    for (const [option, value] of Object.entries(values))
      if (typeof value === 'string') input.values[option] = value;
      else if (typeof value === 'boolean') input.flags[option] = value;
  } catch (error) {
    throw new Fault(`${messageOf(error).split('. ')[0]}. ${usageLine}`);
  }
  if (input.args.length < required || input.args.length > required + optional) throw new Fault(usageLine);
  return input;
}

/** Parses a usage into the name, the arguments and the options of a command. */
function parseUsage(usage: string) {
  const options = [...usage.matchAll(/\[(?:-([a-z]), )?--([a-z-]+)( [A-Z]+)?\]/g)].map(([, short, option = '', value]) => [
    option,
    { type: value ? ('string' as const) : ('boolean' as const), ...(short && { short }) },
  ]);
  const words = usage
    .replace(/\[-[^\]]*\]/g, '')
    .split(' ')
    .filter(Boolean);
  return {
    name: words.filter((word) => /^[a-z-]+$/.test(word)),
    required: words.filter((word) => /^[A-Z_]+$/.test(word)).length,
    optional: words.filter((word) => word.startsWith('[')).length,
    options: Object.fromEntries(options),
  };
}

const help = ({ usage, summary, example }: Command) =>
  `npm run skep -- ${usage}\n\n${summary}.\n\nFor example:\n  npm run skep -- ${example}`;

function overview(commands: Command[]): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length)) + 2;
  const lines = commands.map(({ usage, summary }) => `  ${usage.padEnd(width)}${summary}`);
  return ['npm run skep -- COMMAND [--help]', '', ...lines].join('\n');
}

function suggestion(commands: Command[], line: string[]): string {
  const names = commands.map(({ usage }) => parseUsage(usage).name.join(' '));
  return `Did you mean '${nearest(line.slice(0, 2).join(' '), names)}'? See npm run skep -- --help.`;
}
