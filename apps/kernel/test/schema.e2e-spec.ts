import { dataSourceOf, readConfig } from '@skep/platform';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KernelConfig } from '../src/kernel.config.js';
import { entities } from '../src/main.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({}, []);
});
afterAll(async () => {
  await stage?.close();
});

it('the entities agree with the migrations', async () => {
  const source = dataSourceOf('schema', readConfig(KernelConfig, await stage.infra.env('kernel')), entities, []);
  await source.initialize();
  const { upQueries } = await source.driver.createSchemaBuilder().log();
  await source.destroy();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});
