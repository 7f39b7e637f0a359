import type { Client } from '@skep/client';
import type { Command } from '../cli/commands.ts';
import { api } from '../cli/public-api.ts';

export const commands: Command[] = [
  {
    usage: 'trace ID [--tenant TENANT] [--json]',
    summary:
      'Shows what a request of yours has caused, by the id of anything in it, with times and costs; with --tenant as the operator, for any user',
    example: 'trace act_0199c0de5b2e7000a1b2c3d4e5f60718',
    async run({ args: [id = ''], values: { tenant } }) {
      const { traceText } = await import('../cli/trace-text.ts');
      const read = (skep: Client) => skep.getTrace({ id });
      const data = await (tenant ? api(read, tenant) : (await import('../author/server.ts')).asAuthor({}, read));
      return { data, text: traceText(data) };
    },
  },
];
