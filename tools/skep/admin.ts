import type { Command } from '../cli/commands.ts';
import { randomBytes } from 'node:crypto';
import { api } from '../cli/public-api.ts';

export const commands: Command[] = [
  {
    usage: 'admin create EMAIL [--tenant TENANT] [--json]',
    summary: 'Creates an administrator and prints their password, which is not shown again',
    example: 'admin create grace@example.com',
    async run({ args: [email = ''], values: { tenant } }) {
      const password = randomBytes(18).toString('base64url');
      const user = await api((skep) => skep.createUser({ email, password, role: 'admin' }), tenant);
      return { data: { ...user, password }, text: `Created the administrator ${user.email} with the password ${password}` };
    },
  },
];
