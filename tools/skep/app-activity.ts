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
  {
    usage: 'app trace TRACE [--json]',
    summary: 'Shows the calls of a request of yours as a tree, with their results, times and costs',
    example: 'app trace 0af7651916cd43dd8448eb211c80319c',
    async run({ args: [trace_id = ''] }) {
      const { asAuthor } = await import('../author/server.ts');
      const { traceText } = await import('../author/trace.ts');
      const data = await asAuthor({}, (skep) => skep.getAction({ trace_id }));
      return { data, text: traceText(data) };
    },
  },
];
