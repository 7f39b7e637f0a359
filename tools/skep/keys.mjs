import { runAsOperator } from '../setup/run-as-operator.mjs';

const WARM_UP_SECONDS = 3600;

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'keys rotate [--now]',
    summary: 'Replaces the key that signs access tokens: in an hour, or --now',
    example: 'keys rotate',
    run: ({ values: { now } }) => runAsOperator('replace-keys.mjs', { WARM_UP_SECONDS: String(now ? 0 : WARM_UP_SECONDS) }),
  },
  {
    usage: 'keys compromised',
    summary: 'Replaces the key that signs access tokens, and refuses at once all that older keys have signed',
    example: 'keys compromised',
    run: () => runAsOperator('replace-keys.mjs', { WARM_UP_SECONDS: '' }),
  },
];
