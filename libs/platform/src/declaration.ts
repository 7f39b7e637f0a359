import { type Broadcast, type Contract, type Event, isOfSocket, type Operation, runOperations, type Type } from '@skep/contracts';
import type { Type as NestModule } from '@nestjs/common';
import { aggregatesOf } from './aggregate.js';
import type { ProcessConfig } from './config.js';
import { type Consumed, consumedEvents, hasRuns } from './handlers.js';
import { PLATFORM_RETENTION, type Retention } from './retention.js';

/** What a process does on the bus. The bus refuses everything else, and `npm run generate` writes the rights of its NATS user from it. */
export interface Declaration {
  /** The name of its directory in `apps/`, also its NATS user. */
  name: string;
  /** The context whose operations it answers and whose events and broadcasts it publishes; none for the gateway. */
  context?: string;
  config: Type<ProcessConfig>;
  calls: readonly Operation[];
  /** Subscriptions that every instance has, and that miss what is sent while it is disconnected. */
  listens: readonly (Broadcast | Event)[];
  /** Events that the service receives at least once, each by one instance. */
  consumes: readonly Event[];
  publishes: readonly (Broadcast | Event)[];
  /** `owner`: it has runs, and publishes their events. `reader`: it reads those of all services, because it calls `getRun` of one. `both`: it does both. */
  runs?: 'owner' | 'reader' | 'both';
  /** `owner`: operations of its contract are messages of sockets, and it sends to these. `holder`: it calls such operations for the sockets of its clients. */
  sockets?: 'owner' | 'holder';
  /** What it calls outside the installation, in words. */
  outgoing: readonly string[];
  /** How long it keeps the rows of its tables. */
  retention: readonly Retention[];
}

/** A process that consists of aggregates; one with a contract answers it. */
export interface Declared {
  name: string;
  contract?: Contract;
  config: Type<ProcessConfig>;
  modules: readonly NestModule[];
}

/**
 * The union of what its aggregates declare. A process may publish every event and broadcast of its contract, and the broadcasts that it declares.
 * @throws Error for handlers of one event of which some are idempotent and some are not
 */
export function declarationOf({ name, contract, config, modules }: Declared): Declaration {
  const aggregates = aggregatesOf(modules);
  const unique = <T extends { subject: string }>(members: T[]) => [...new Map(members.map((member) => [member.subject, member])).values()];
  const calls = unique(aggregates.flatMap(({ calls = [] }) => calls));
  const consumed = aggregates.flatMap(({ handlers = [] }) => handlers.flatMap(consumedEvents));
  assertAlike(name, consumed);
  const isOwner = aggregates.some(({ handlers = [] }) => handlers.some(hasRuns));
  const isReader = calls.some(({ context, subject }) => subject === runOperations(context).getRun.subject);
  const isOfSockets = (member: Contract[string]) => member.kind === 'operation' && isOfSocket(member.input);
  return {
    name,
    ...(contract && { context: contextOf(contract) }),
    config,
    calls,
    listens: unique(aggregates.flatMap(({ listens = [] }) => listens)),
    consumes: unique(consumed.map(({ event }) => event)),
    publishes: [
      ...Object.values(contract ?? {}).filter((member) => member.kind !== 'operation'),
      ...aggregates.flatMap(({ broadcasts = [] }) => broadcasts),
    ],
    ...(isOwner ? { runs: isReader ? 'both' : 'owner' } : isReader && { runs: 'reader' }),
    ...(Object.values(contract ?? {}).some(isOfSockets) ? { sockets: 'owner' } : calls.some(isOfSockets) && { sockets: 'holder' }),
    outgoing: aggregates.flatMap(({ outgoing = [] }) => outgoing),
    retention: contract ? [...PLATFORM_RETENTION, ...aggregates.flatMap(({ retention = [] }) => retention)] : [],
  };
}

/** An idempotent handler beside one that is not would let that one run again for the same event. */
function assertAlike(name: string, consumed: readonly Consumed[]): void {
  for (const [subject, handlers] of Map.groupBy(consumed, ({ event }) => event.subject))
    if (new Set(handlers.map(({ idempotent }) => idempotent)).size > 1)
      throw new Error(`${name}: of the handlers of ${subject} all must be idempotent, or none`);
}

/** The context of a contract's members. @throws Error for a contract without members */
export function contextOf(contract: Contract): string {
  const [member] = Object.values(contract);
  if (!member) throw new Error('the contract has no members');
  return member.context;
}
