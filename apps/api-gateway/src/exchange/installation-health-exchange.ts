import { CONTEXTS } from '@skep/contracts';
import type { InstallationHealth, ServiceHealth } from '@skep/contracts/auth';
import { ServiceStates, type ServiceStatus } from '../http/service-states.js';
import type { Exchange, RouteCall } from '../route.js';
import { jsonExchange } from './json-exchange.js';

/** Whether the caller may know, the operation of the route decides; then the services are asked. */
export const installationHealthExchange: Exchange = {
  ...jsonExchange,
  name: 'installation health',
  answer: async ({ reply, forward, get }: RouteCall): Promise<void> => {
    const health = JSON.parse(Buffer.from((await forward()).bytes).toString()) as InstallationHealth;
    const states = get(ServiceStates);
    const services = await Promise.all(CONTEXTS.map(async (service) => toHealth(service, await states.read(service))));
    await reply.send({ ...health, services });
  },
};

function toHealth(service: string, status: ServiceStatus): ServiceHealth {
  const { ready, outbox_age_ms = null, consumer_lags = {}, not_configured = {}, warnings = [] } = status ?? {};
  const consumers = Object.entries(consumer_lags).map(([name, events]) => ({ name, events }));
  return {
    service,
    state: ready === undefined ? 'no answer' : ready ? 'ready' : 'not ready',
    outbox_age_ms,
    consumers: consumers.filter(({ events }) => events > 0),
    not_configured: Object.entries(not_configured).map(([feature, settings]) => ({ feature, settings: [...settings] })),
    warnings,
  };
}
