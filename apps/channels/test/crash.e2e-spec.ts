import { type AppProcess, asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ChannelsHarness, openChannels } from './channels.js';
import { type MailServer, startMailServer } from './smtp.js';

/** What is between a mail server and the log when a process dies. */
const IN_FLIGHT_MAX = 40;

let harness: ChannelsHarness;
let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
  harness = await openChannels({ started: false });
});
afterAll(async () => {
  await harness?.close();
  await server?.close();
});

const startProcesses = () =>
  Promise.all(['kernel', 'channels'].map((name) => harness.infra.startApp(name, name === 'channels' ? { SMTP_URL: server.url } : {})));

it('processes killed under load: each acknowledged notification is heard once, and is an e-mail', async () => {
  const { ada, bob, zoe } = harness;
  const acknowledged: { id: string; user: string }[] = [];
  for (let round = 0; round < 3; round++) {
    const processes = await startProcesses();
    if (round === 0) await harness.choose(ada, { default: ['panel', 'email'] });
    const enough = acknowledged.length + 100;
    let dead = false;
    const streams = [ada, bob, zoe, ada].map(async (user, stream) => {
      for (let n = 0; !dead; n++) {
        const message = `${round} ${stream} ${n}`;
        const sent = harness.notify(user, { message }, asService('test', { deadline: Date.now() + 1_000 }));
        await sent.then((id) => acknowledged.push({ id, user: user.user })).catch(() => undefined);
      }
    });
    await waitUntil('a load of notifications', () => acknowledged.length >= enough, 20_000);
    await kill(processes, round);
    dead = true;
    await Promise.all(streams);
  }
  await startProcesses();
  await harness.settle(60_000);
  const heard = (await Promise.all([ada, bob, zoe].map((user) => harness.heard(user)))).flat().map(({ payload }) => String(payload['id']));
  expect(new Set(heard).size).toBe(heard.length);
  expect(acknowledged.filter(({ id }) => !heard.includes(id))).toEqual([]);
  // SMTP cannot do better than once or more: a repeated e-mail has the Message-ID of the first one.
  const mails = server.received.map(({ mail }) => /^Message-ID: <eml_(\w+)@skep>/im.exec(mail)?.[1]);
  expect(acknowledged.filter(({ id, user }) => user === ada.user && !mails.includes(id.replace('ntf_', '')))).toEqual([]);
  expect(mails.length - new Set(mails).size).toBeLessThan(IN_FLIGHT_MAX);
  expect(server.received.every(({ to }) => to.join() === 'ada@example.com')).toBe(true);
});

/** Each alone once, and both together. */
async function kill(processes: AppProcess[], round: number): Promise<void> {
  const first = processes.filter((_, i) => round === 2 || round === i);
  await Promise.all(first.map((process) => process.kill('SIGKILL')));
  await Promise.all(processes.filter((process) => !first.includes(process)).map((process) => process.kill('SIGTERM')));
}
