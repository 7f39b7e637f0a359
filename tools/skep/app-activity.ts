import type { Command } from '../cli/commands.ts';

export const commands: Command[] = [
  {
    usage: 'app logs APP [--level LEVEL] [--follow]',
    summary: 'Prints what the code of an app of yours has logged; --level shows debug, info, warn or error only',
    example: 'app logs link-saver --follow',
    async run({ args: [app = ''], values: { level }, flags: { follow } }) {
      const { printLogs } = await import('../author/logs.ts');
      await printLogs(app, { level, follow });
    },
  },
];
