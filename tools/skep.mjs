#!/usr/bin/env node
// `npm run skep -- COMMAND`: one file a command in tools/skep/, each exporting { summary, usage, run }. Plain Node >= 18.
import { readdirSync } from 'node:fs';
import { Fault, run } from './setup/fault.mjs';

const folder = new URL('./skep/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -'.mjs'.length))
  .sort();
const load = (name) => import(new URL(`${name}.mjs`, folder).href);

await run(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name === '--help' || name === '-h') return void console.log(await overview());
  if (!names.includes(name)) throw new Fault(`There is no command '${name}'. See npm run skep -- --help.`);
  const command = await load(name);
  if (args.includes('--help') || args.includes('-h')) return void console.log(`npm run skep -- ${command.usage}\n\n${command.summary}.`);
  return command.run(args);
});

async function overview() {
  const commands = await Promise.all(names.map(load));
  const width = Math.max(...commands.map(({ usage }) => usage.length)) + 2;
  const lines = commands.map(({ usage, summary }) => `  ${usage.padEnd(width)}${summary}`);
  return ['npm run skep -- COMMAND [--help]', '', ...lines].join('\n');
}
