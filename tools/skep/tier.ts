import type { Input } from '@skep/client';
import type { Command } from '../cli/commands.ts';
import { api, findUser } from '../cli/public-api.ts';

export const commands: Command[] = [
  {
    usage: 'tier grant USER TIER [--until ISO] [--tenant TENANT] [--json]',
    summary: 'Grants a developer a tier without payment (explorer, indie, studio or partner), permanently or --until a time',
    example: 'tier grant ada@example.com studio --until 2030-01-31T00:00:00Z',
    async run({ args: [user = '', tier = ''], values: { until, tenant } }) {
      const { id, email } = await findUser(user, tenant);
      const grant = { user_id: id, tier: tier as Input<'grantTier'>['tier'], ...(until && { until }) };
      const data = await api((skep) => skep.grantTier(grant));
      return { data, text: `${email} has the tier ${data.tier}${data.tier_until ? ` until ${data.tier_until}` : ''}.` };
    },
  },
];
