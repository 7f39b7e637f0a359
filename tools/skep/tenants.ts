import type { Command, Input } from '../cli/commands.ts';
import { api } from '../cli/public-api.ts';
import { table } from '../cli/table.ts';

/** The API requires the database of a tenant, which other platforms use. Skep ignores it. */
const db_config = { host: 'none', database: 'none', username: 'none', password: '' };

const setActive =
  (is_active: boolean, outcome: string) =>
  async ({ args: [tenant = ''] }: Input) => {
    const data = await api((skep) => skep.updateTenant({ tenant_id: tenant, is_active }));
    return { data, text: `The tenant ${data.tenant_id} ${outcome}.` };
  };

export const commands: Command[] = [
  {
    usage: 'tenants list [--json]',
    summary: 'Lists the tenants',
    example: 'tenants list',
    async run() {
      const data = await api((skep) => Array.fromAsync(skep.rows('listTenants', {})));
      return { data, text: table(data, ['tenant_id', 'name', 'is_active', 'parent_tenant_id', 'created_at'], 'No tenants.') };
    },
  },
  {
    usage: 'tenants create TENANT NAME [--json]',
    summary: 'Creates a tenant',
    example: "tenants create acme 'Acme Ltd'",
    async run({ args: [tenant_id = '', name = ''] }) {
      const data = await api((skep) => skep.createTenant({ tenant_id, name, db_config }));
      return { data, text: `Created the tenant ${data.tenant_id}.` };
    },
  },
  {
    usage: 'tenants suspend TENANT [--json]',
    summary: 'Suspends a tenant: ends all its sessions and disables its API keys; its data stays',
    example: 'tenants suspend acme',
    run: setActive(false, 'is suspended'),
  },
  {
    usage: 'tenants restore TENANT [--json]',
    summary: 'Restores a suspended tenant: its users can sign in again',
    example: 'tenants restore acme',
    run: setActive(true, 'is active again'),
  },
];
