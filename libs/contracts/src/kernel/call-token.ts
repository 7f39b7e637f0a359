import { Text } from '../fields.js';

/** Routes take it from `Authorization: ImperalCallToken <token>`. Without a valid one the answer is `unauthenticated`. */
export const CallToken = () =>
  Text({ max: 3_000, description: '`ImperalCallToken` and the call token, which the kernel gives to the code that it calls.' });
