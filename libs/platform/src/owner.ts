import { AsyncLocalStorage } from 'node:async_hooks';

const owners = new AsyncLocalStorage<string>();

/** Runs work whose connections count towards the owner's share of a `FairPool`. */
export const runForOwner = <T>(owner: string, work: () => T): T => owners.run(owner, work);

/** The owner of the current work. Undefined for work without one, such as events and the outbox. */
export const currentOwner = (): string | undefined => owners.getStore();
