import type { HealthState } from '@skep/contracts/auth';
import { askStatus, Bus } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** The state of a service as it answers; undefined if it does not answer. */
export type ServiceStatus = Awaited<ReturnType<typeof askStatus>>;

/** Asks services how they are. */
@Injectable()
export class ServiceStates {
  constructor(private readonly bus: Bus) {}

  /** The state of each service, by its context. */
  async ask(contexts: readonly string[]): Promise<Record<string, HealthState>> {
    const states = contexts.map(async (context): Promise<[string, HealthState]> => [
      context,
      (await this.read(context))?.ready ? 'ok' : 'failed',
    ]);
    return Object.fromEntries(await Promise.all(states));
  }

  read(context: string): Promise<ServiceStatus> {
    return askStatus(this.bus.connection, context);
  }
}
