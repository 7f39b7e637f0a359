import { type GatewayProcess, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often the load balancer checks readiness. */
const CHECK_MS = 100;

let skep: Skep;
let gateways: GatewayProcess[];
beforeAll(async () => {
  skep = await startSkep({ env: { SKEP_DRAIN_SECONDS: '1' } });
  gateways = [await skep.startGateway(), await skep.startGateway()];
});
afterAll(() => skep?.close());

describe('two gateways that restart one after the other', () => {
  it('fail no request of clients behind a load balancer that keeps connections open and never retries', async () => {
    const agent = new Agent({ keepAlive: true });
    let ready = gateways;
    let done = false;
    const failures: string[] = [];
    let served = 0;
    let closed = 0;
    const send = (url: string) =>
      new Promise<void>((resolve) => {
        get(`${url}/v1/billing/plans`, { agent }, (response) => {
          if (response.statusCode !== 200) failures.push(`${response.statusCode}`);
          if (response.headers.connection === 'close') closed++;
          served++;
          response.resume().once('close', resolve);
        }).once('error', (error) => {
          failures.push(error.message);
          resolve();
        });
      });
    const client = async (n: number) => {
      for (let i = n; !done; i++) await send(ready[i % ready.length]!.url);
    };
    const balancer = async () => {
      for (; !done; await sleep(CHECK_MS)) {
        const checked = await Promise.all(gateways.map(async (gateway) => ((await gateway.isReady()) ? gateway : undefined)));
        ready = checked.filter((gateway) => gateway !== undefined);
      }
    };
    const work = [balancer(), ...Array.from({ length: 8 }, (_, n) => client(n))];
    for (const gateway of gateways) {
      await gateway.stop();
      await gateway.start();
      while (!ready.includes(gateway)) await sleep(CHECK_MS);
    }
    done = true;
    await Promise.all(work);
    agent.destroy();
    expect(failures).toEqual([]);
    expect([served > 20, closed > 0]).toEqual([true, true]);
  });
});
