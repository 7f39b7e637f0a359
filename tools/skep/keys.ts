import type { Command } from '../cli/commands.ts';
import { runAsOperator } from '../cli/run-as-operator.ts';
import { Fault } from '../setup/fault.mjs';
import { services } from '../start/services.mjs';

const WARM_UP_SECONDS = 3600;

export const commands: Command[] = [
  {
    usage: 'keys rotate [--now]',
    summary: 'Replaces the key that signs access tokens, in one hour or --now',
    example: 'keys rotate',
    run: ({ flags: { now } }) => runAsOperator('replace-keys.ts', { WARM_UP_SECONDS: String(now ? 0 : WARM_UP_SECONDS) }),
  },
  {
    usage: 'keys compromised',
    summary: 'Replaces the key that signs access tokens at once, and revokes every token signed by older keys',
    example: 'keys compromised',
    run: () => runAsOperator('replace-keys.ts', { WARM_UP_SECONDS: '' }),
  },
  {
    usage: 'keys reseal [SERVICE]',
    summary:
      'After SKEP_ENCRYPTION_KEY was set to new,old: seals the tenant keys with the new one while everything runs, and says when the old one can be removed',
    example: 'keys reseal',
    run({ args: [name] }) {
      const sealing = services.filter(({ settings }) => 'SKEP_ENCRYPTION_KEY' in settings);
      const chosen = sealing.filter((service) => name === undefined || service.name === name);
      if (!chosen.length)
        throw new Fault(`${name} seals no secrets. Services that do: ${sealing.map((service) => service.name).join(', ')}.`);
      return runAsOperator('reseal-keys.ts', { SERVICES: chosen.map((service) => `${service.name}=${service.context}`).join(',') });
    },
  },
];
