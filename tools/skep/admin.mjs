import { randomBytes } from 'node:crypto';
import { api } from '../cli/public-api.mjs';

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'admin create EMAIL [--tenant TENANT] [--json]',
    summary: 'Creates an administrator and prints their password, which is not shown again',
    example: 'admin create grace@example.com',
    async run({ args: [email], values: { tenant } }) {
      const password = randomBytes(18).toString('base64url');
      const user = await api('POST', '/v1/users', { tenant, body: { email, password, role: 'admin' } });
      return { data: { ...user, password }, text: `Created the administrator ${user.email} with the password ${password}` };
    },
  },
];
