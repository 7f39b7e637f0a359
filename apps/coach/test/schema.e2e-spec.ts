import { schemaFaults } from '@skep/testkit';
import { tablesOf } from '@skep/platform';
import { expect, it } from '@jest/globals';
import { service } from '../src/main.js';

it('has the tables that its entities describe, and statements with the columns that they say', async () =>
  expect(await schemaFaults(await tablesOf(service))).toEqual([]));
