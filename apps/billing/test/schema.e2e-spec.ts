import { schemaDrift } from '@skep/testkit';
import { expect, it } from '@jest/globals';
import { service } from '../src/main.js';

it('has the schema that its entities describe', async () => expect(await schemaDrift(service)).toEqual([]));
