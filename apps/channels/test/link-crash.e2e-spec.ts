import { type AppProcess, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ChannelsHarness, openChannels } from './channels.js';
import { doors, type Installation, newNumber, startInstallation } from './installation.js';

let harness: ChannelsHarness;
let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
  harness = await openChannels({ started: false });
});
afterAll(async () => {
  await harness?.close();
  await installation?.whatsapp.close();
});

const STRANGERS = 24;

it('processes killed between receipt and answer: each stranger gets one code, or one of unknown outcome', async () => {
  const { infra } = harness;
  const { whatsapp, env } = installation;
  const door = doors(harness, whatsapp);
  let app: AppProcess = await infra.startApp('channels', env);
  const numbers = Array.from({ length: STRANGERS }, newNumber);
  // Meta delivers again what was not acknowledged.
  const requests = numbers.map((number) => whatsapp.request([whatsapp.message(number, 'Hello')]));
  const deliverAll = () => Promise.allSettled(requests.map((request) => door.deliver(request)));
  for (const enough of [1, STRANGERS / 3, (2 * STRANGERS) / 3]) {
    void deliverAll();
    await waitUntil(`${enough} answers`, () => whatsapp.sent.length >= enough, 60_000);
    await app.kill('SIGKILL');
    app = await infra.startApp('channels', env);
  }
  for (const { status } of await deliverAll()) expect(status).toBe('fulfilled');
  await harness.settle(60_000);
  const rows = await harness.query('select external_id, status from received_message');
  expect(rows).toHaveLength(STRANGERS);
  expect(await harness.query('select from link_code')).toHaveLength(STRANGERS);
  for (const { external_id, status } of rows) {
    const said = door.codesTo(String(external_id));
    expect(['sent', 'unknown']).toContain(status);
    // One whose outcome is unknown may have arrived.
    expect(said.length).toBeLessThanOrEqual(1);
    if (status === 'sent') expect(said).toHaveLength(1);
  }
});
