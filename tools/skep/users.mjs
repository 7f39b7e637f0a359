import { api, findPerson, listAll } from '../cli/public-api.mjs';
import { table } from '../cli/table.mjs';

const fields = ['email', 'id', 'role', 'is_active', 'last_login'];

/** Sets whether a person may sign in, and use keys. */
const setActive =
  (is_active, said) =>
  async ({ args: [person], values: { tenant } }) => {
    const { id } = await findPerson(person, tenant);
    const data = await api('PATCH', `/v1/users/${id}`, { tenant, body: { is_active } });
    return { data, text: `${data.email} ${said}.` };
  };

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'users list [--search TEXT] [--tenant TENANT] [--json]',
    summary: 'Lists the people of a tenant, suspended ones included',
    example: 'users list --search example.com',
    async run({ values: { search, tenant } }) {
      const query = new URLSearchParams({ include_inactive: 'true', ...(search && { search }) });
      const data = await listAll(`/v1/users?${query}`, { tenant });
      return { data, text: table(data, fields, 'Nobody.') };
    },
  },
  {
    usage: 'users show PERSON [--tenant TENANT] [--json]',
    summary: 'Shows a person, by their e-mail address or id',
    example: 'users show ada@example.com',
    async run({ args: [person], values: { tenant } }) {
      const data = await findPerson(person, tenant);
      const show = ([name, value]) => `${name.padEnd(14)} ${typeof value === 'object' && value !== null ? JSON.stringify(value) : value}`;
      return { data, text: Object.entries(data).map(show).join('\n') };
    },
  },
  {
    usage: 'users reset-password PERSON [--tenant TENANT] [--json]',
    summary: 'Sends a person an e-mail with a link to choose a new password',
    example: 'users reset-password ada@example.com',
    async run({ args: [person], values: { tenant } }) {
      const { email, tenant_id } = await findPerson(person, tenant);
      await api('POST', '/v1/auth/forgot-password', { tenant, body: { email, tenant_id } });
      return { data: { email, tenant_id }, text: `${email} gets an e-mail with a link to choose a new password.` };
    },
  },
  {
    usage: 'users suspend PERSON [--tenant TENANT] [--json]',
    summary: 'Ends the sessions of a person and lets them sign in no more',
    example: 'users suspend ada@example.com',
    run: setActive(false, 'is suspended'),
  },
  {
    usage: 'users restore PERSON [--tenant TENANT] [--json]',
    summary: 'Lets a suspended person sign in again',
    example: 'users restore ada@example.com',
    run: setActive(true, 'may sign in again'),
  },
];
