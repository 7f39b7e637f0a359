import { runAsOperator } from '../setup/run-as-operator.mjs';

const WARM_UP_SECONDS = 3600;

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'keys rotate [--now]',
    summary: 'Replaces the key that signs access tokens, in one hour or --now',
    example: 'keys rotate',
    run: ({ values: { now } }) => runAsOperator('replace-keys.mjs', { WARM_UP_SECONDS: String(now ? 0 : WARM_UP_SECONDS) }),
  },
  {
    usage: 'keys compromised',
    summary: 'Replaces the key that signs access tokens at once, and revokes every token signed by older keys',
    example: 'keys compromised',
    run: () => runAsOperator('replace-keys.mjs', { WARM_UP_SECONDS: '' }),
  },
];
