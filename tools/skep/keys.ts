import type { Command } from '../cli/commands.ts';
import { runAsOperator } from '../cli/run-as-operator.ts';

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
];
