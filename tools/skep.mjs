#!/usr/bin/env node
// `npm run skep -- COMMAND`: the files of tools/skep/ each export `commands`. Plain Node >= 18.
import { loadCommands, runCommand } from './cli/commands.mjs';
import { run } from './setup/fault.mjs';

await run(async () => runCommand(await loadCommands(), process.argv.slice(2)));
