import { schemaDrift } from '@skep/testkit';
import { expect, it } from '@jest/globals';
import { service } from '../src/main.js';

it('the tables match the entities', async () => expect(await schemaDrift(service)).toEqual([]));
