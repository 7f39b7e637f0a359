// Run by tools/skep.mjs: the files of tools/skep/ each export `commands`.
import { run } from '../setup/fault.mjs';
import { loadCommands, runCommand } from './commands.ts';

await run(async () => runCommand(await loadCommands(), process.argv.slice(2)));
