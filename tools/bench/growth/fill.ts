import { assertLedger, connected } from '../database.ts';
import type { Client } from 'pg';
import { progress } from '../progress.ts';
import type { Skep } from '../skep.ts';
import { authGateway } from './auth-gateway.ts';
import { billing } from './billing.ts';
import { developerPortal } from './developer-portal.ts';
import { kernel } from './kernel.ts';
import { marketplace } from './marketplace.ts';
import { registry } from './registry.ts';
import type { Ranges } from './sizes.ts';
import type { FillSteps } from './steps.ts';
import type { World } from './world.ts';

const fills: Record<keyof Skep['databases'], FillSteps> = {
  ...{ 'auth-gateway': authGateway, registry, marketplace },
  ...{ billing, 'developer-portal': developerPortal, kernel },
  // Their rows are read by their keys, or by their user.
  ...{ connections: () => [], automation: () => [], channels: () => [], agent: () => [], nodes: () => [], coach: () => [] },
};

/** As every tenant: row-level security applies to owners too. */
const OPTIONS = '-c skep.tenant=* -c synchronous_commit=off';

/**
 * Adds rows to the databases, as the owners of their tables: their triggers and constraints check the rows. The services see rows that belong
 * together: of the same people, apps and calls, with their counters.
 * @throws Error if the ledger is inconsistent afterwards
 */
export async function fill(skep: Skep, ranges: Ranges, world: World): Promise<void> {
  const services = Object.entries(fills) as [keyof typeof fills, FillSteps][];
  const addTo = async (client: Client, service: string, steps: FillSteps) => {
    for (const [adds, sql] of steps(ranges, world)) {
      const began = performance.now();
      await client.query(sql);
      const seconds = Math.round((performance.now() - began) / 1000);
      if (seconds) progress(`growth: ${service}: ${adds}, ${seconds} s`);
    }
    await client.query('vacuum analyze');
  };
  await Promise.all(
    services.map(([service, steps]) => connected(skep.databases[service].ownerUrl, (client) => addTo(client, service, steps), OPTIONS)),
  );
  await connected(skep.databases.billing.ownerUrl, assertLedger);
  await connected(skep.postgresUrl, (client) => client.query('checkpoint'));
}
