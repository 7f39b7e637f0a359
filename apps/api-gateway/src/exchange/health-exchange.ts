import type { Health, HealthState } from '@skep/contracts/auth';
import { ServiceStates } from '../http/service-states.js';
import type { Described, Exchange, Route, RouteCall } from '../route.js';
import { jsonExchange } from './json-exchange.js';

/** What the operation of the route says of its service, and the states of other services: 200 if all are ready, else 503. */
export const healthExchange = (contexts: readonly string[]): Exchange => ({
  ...jsonExchange,
  name: 'health',
  answer: async ({ reply, forward, get }: RouteCall): Promise<void> => {
    const { bytes } = await forward();
    const own = JSON.parse(Buffer.from(bytes).toString()) as Health;
    const checks: Record<string, HealthState> = { ...own.checks, bus: 'ok', ...(await get(ServiceStates).ask(contexts)) };
    const status: HealthState = Object.values(checks).includes('failed') ? 'failed' : 'ok';
    await reply.code(status === 'ok' ? 200 : 503).send({ status, checks } satisfies Health);
  },
  describe: (json: Described, { status }: Route): Described => ({
    ...json,
    responses: { ...json.responses, 503: { ...json.responses[status], description: 'A check has failed.' } },
  }),
});
