import { expect, test } from '@jest/globals';
import { CONTEXTS } from '@skep/contracts';
import { services } from '../start/services.mjs';

test('every service is asked for its parts of a trace, and for its health', () => {
  expect(CONTEXTS).toEqual(services.flatMap(({ context, database }) => (database ? [context] : [])).sort());
});
