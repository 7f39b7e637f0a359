import { AsyncLocalStorage } from 'node:async_hooks';

/** The header of a request whose sender takes parts of the answer, and that of a part. */
export const PARTS = 'parts';
export const PART = 'part';

const sender = new AsyncLocalStorage<(part: object) => void>();

/** Runs a handler whose parts go to the sender of the request. */
export const withParts = <T>(send: (part: object) => void, handle: () => T): T => sender.run(send, handle);

/** Sends a part of the answer that the handler works on. It goes nowhere if the caller did not use `Bus.callInParts`. */
export const sendPart = (part: object): void => sender.getStore()?.(part);
