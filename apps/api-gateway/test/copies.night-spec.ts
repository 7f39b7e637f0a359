import { SERVICES, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { MixedLoad } from './copies/mixed-load.js';

/** The number of requests before, between and after changes. */
const REQUESTS = 60;
/** Each is a process to start, for each service. */
const COPIES = Number(process.env['SKEP_TEST_COPIES'] ?? 2);

let skep: Skep;
let mixed: MixedLoad;

beforeAll(async () => {
  skep = await startSkep({ split: true });
  mixed = await MixedLoad.open(skep);
});
afterAll(() => skep?.close());

describe('a second instance replaces the first one', () => {
  it.each(SERVICES)(
    'of %s, while no request fails and nothing is lost or duplicated',
    async (service) => {
      const load = await mixed.start();
      const { pauseMs } = load;
      await load.waitFor(REQUESTS);
      await skep.startApp(service);
      // Without a pause, while the first instance stops.
      load.pauseMs = 0;
      await load.waitFor(8);
      await skep.endOldestCopy(service, 'SIGTERM');
      load.pauseMs = pauseMs;
      await load.waitFor(REQUESTS);
      await load.end();
      await load.verify();
    },
    180_000,
  );
});

describe('several instances share the work', () => {
  it.each(SERVICES)(
    'of %s while instances are killed and added, and nothing is lost or done twice',
    async (service) => {
      const load = await mixed.start({ repeats: true });
      for (let copies = 1; copies < COPIES; copies++) await skep.startApp(service);
      for (let killed = 0; killed < COPIES - 1; killed++) {
        await load.waitFor(REQUESTS);
        await skep.endOldestCopy(service, 'SIGKILL');
        await load.waitFor(REQUESTS / 2);
        await skep.startApp(service);
      }
      await load.waitFor(REQUESTS);
      await load.end();
      await load.verify();
      for (let copies = COPIES; copies > 1; copies--) await skep.endOldestCopy(service, 'SIGTERM');
    },
    180_000,
  );
});
