import type { Broadcast, Event, Operation } from '@skep/contracts';
import { Module, type ModuleMetadata, type Provider, type Type } from '@nestjs/common';
import type { Retention } from './retention.js';
import type { Classes } from './tables.js';
import type { TraceSource } from './traces/trace-source.js';

/** What an aggregate consists of, and what it needs of others. */
export interface Aggregate {
  /** The aggregates whose exports its classes inject. A circle is an error of Nest at the start. */
  imports?: Type[];
  /** Classes with `@Handlers()`, which answer operations and consume events; in the gateway also controllers. */
  handlers?: Type[];
  providers?: Provider[];
  /** The providers that other aggregates may inject. */
  exports?: ModuleMetadata['exports'] & object;
  entities?: Classes;
  /** Entities whose rows the service may insert and read, but neither update nor delete. */
  appendOnly?: Classes;
  /** Entities whose rows the service may only read: `security definer` functions of the tables' owner write them. */
  readOnly?: Classes;
  /** How long the rows of its tables are kept. Tables that do not grow with use are not listed. */
  retention?: readonly Retention[];
  /** The parts of traces in its tables. */
  traces?: readonly TraceSource[];
  /** The operations that it calls over the bus; the bus refuses others. */
  calls?: readonly Operation[];
  /** The broadcasts and events to which it subscribes live (`bus.subscribe`); events that it consumes once (`@OnEvent`) are not listed. */
  listens?: readonly (Broadcast | Event)[];
  /** The broadcasts of a process without a contract. A service may publish those of its contract. */
  broadcasts?: readonly Broadcast[];
  /** What it calls outside the installation, in words: `Stripe`. Deployments let no other service reach the internet. */
  outgoing?: readonly string[];
}

const aggregates = new WeakMap<Type, Aggregate>();

/** Makes a class the Nest module of an aggregate: one folder with its handlers, providers and entities. */
export const Aggregate =
  (aggregate: Aggregate): ClassDecorator =>
  (target) => {
    const { imports = [], handlers = [], providers = [], exports = [] } = aggregate;
    Module({ imports, controllers: handlers, providers, exports })(target);
    aggregates.set(target as unknown as Type, aggregate);
  };

/** The aggregates of some modules and of all that they import, each once. @throws Error naming a module without `@Aggregate` */
export function aggregatesOf(modules: readonly Type[]): Aggregate[] {
  const seen = new Map<Type, Aggregate>();
  const visit = (module: Type): void => {
    if (seen.has(module)) return;
    const aggregate = aggregates.get(module);
    if (!aggregate) throw new Error(`${module.name} has no @Aggregate()`);
    seen.set(module, aggregate);
    aggregate.imports?.forEach(visit);
  };
  modules.forEach(visit);
  return [...seen.values()];
}
