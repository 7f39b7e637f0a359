import type { HealthState } from '@skep/contracts/auth';
import { askStatus, Bus } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** Asks services whether they are ready. */
@Injectable()
export class ServiceStates {
  constructor(private readonly bus: Bus) {}

  /** The state of each service, by its context. */
  async ask(contexts: readonly string[]): Promise<Record<string, HealthState>> {
    const states = contexts.map(async (context): Promise<[string, HealthState]> => [
      context,
      (await askStatus(this.bus.connection, context))?.ready ? 'ok' : 'failed',
    ]);
    return Object.fromEntries(await Promise.all(states));
  }
}
