import type { Command, Input } from '../cli/commands.ts';
import { api, findUser } from '../cli/public-api.ts';
import { table } from '../cli/table.ts';

const fields = ['email', 'id', 'role', 'is_active', 'last_login'] as const;

/** Sets whether a user can sign in and use API keys. */
const setActive =
  (is_active: boolean, outcome: string) =>
  async ({ args: [user = ''], values: { tenant } }: Input) => {
    const { id } = await findUser(user, tenant);
    const data = await api((skep) => skep.updateUser({ user_id: id, is_active }), tenant);
    return { data, text: `${data.email} ${outcome}.` };
  };

export const commands: Command[] = [
  {
    usage: 'users list [--search TEXT] [--tenant TENANT] [--json]',
    summary: 'Lists the users of a tenant, including suspended ones',
    example: 'users list --search example.com',
    async run({ values: { search, tenant } }) {
      const data = await api(
        (skep) => Array.fromAsync(skep.rows('listUsers', { include_inactive: true, ...(search && { search }) })),
        tenant,
      );
      return { data, text: table(data, [...fields], 'No users.') };
    },
  },
  {
    usage: 'users show USER [--tenant TENANT] [--json]',
    summary: 'Shows a user, by e-mail address or id',
    example: 'users show ada@example.com',
    async run({ args: [user = ''], values: { tenant } }) {
      const data = await findUser(user, tenant);
      const show = ([name, value]: [string, unknown]) =>
        `${name.padEnd(14)} ${typeof value === 'object' && value !== null ? JSON.stringify(value) : value}`;
      return { data, text: Object.entries(data).map(show).join('\n') };
    },
  },
  {
    usage: 'users reset-password USER [--tenant TENANT] [--json]',
    summary: 'Sends a user an e-mail with a link to set a new password',
    example: 'users reset-password ada@example.com',
    async run({ args: [user = ''], values: { tenant } }) {
      const { email, tenant_id } = await findUser(user, tenant);
      await api((skep) => skep.forgotPassword({ email, tenant_id }), tenant);
      return { data: { email, tenant_id }, text: `${email} gets an e-mail with a link to set a new password.` };
    },
  },
  {
    usage: 'users suspend USER [--tenant TENANT] [--json]',
    summary: 'Suspends a user: ends their sessions and prevents sign-in',
    example: 'users suspend ada@example.com',
    run: setActive(false, 'is suspended'),
  },
  {
    usage: 'users restore USER [--tenant TENANT] [--json]',
    summary: 'Restores a suspended user: they can sign in again',
    example: 'users restore ada@example.com',
    run: setActive(true, 'can sign in again'),
  },
];
