import { type Client, createClient, SkepError } from '@skep/client';
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { APPS, type DemoApp } from './apps.ts';
import { toIr } from './declare.ts';
import { PEOPLE, type PersonName, PUBLISHERS, REVIEWS } from './people.ts';

/** An installation to fill. */
export interface Installation {
  url: string;
  serviceToken: string;
  admin: { email: string; password: string };
}

interface Person {
  id: string;
  client: Client;
}

/** What an approval needs to reach the marketplace, at most. */
const ARRIVAL_MS = 30_000;

/** The password of everyone in a demonstration. It follows from a secret: no installation has that of another. */
export const passwordOf = ({ serviceToken }: Pick<Installation, 'serviceToken'>) =>
  createHmac('sha256', serviceToken).update('demonstration').digest('base64url').slice(0, 16);

/**
 * Fills an installation with people, apps, and what they did with them, through the public API. Does nothing if it has them.
 * @returns how a visitor signs in
 */
export async function fillDemo(installation: Installation): Promise<{ email: string; password: string }> {
  const password = passwordOf(installation);
  const visitor = { email: PEOPLE[0].email, password };
  const service = createClient({ url: installation.url, credentials: { serviceToken: installation.serviceToken } });
  const people = new Map<PersonName, Person>();
  for (const { name, email } of PEOPLE) {
    const isNew = await service.register({ email, password }).then(
      () => true,
      (error: unknown) => (error instanceof SkepError && error.status === 409 ? false : Promise.reject(error)),
    );
    if (!isNew) return visitor;
    const signedIn = await signIn(installation.url, email, password);
    await signedIn.client.setNickname({ nickname: name.toLowerCase().replace(' ', '-') });
    people.set(name, signedIn);
  }
  const person = (name: PersonName) => people.get(name)!;
  const { client: admin } = await signIn(installation.url, installation.admin.email, installation.admin.password);
  for (const [name, profile] of Object.entries(PUBLISHERS)) {
    const { client, id } = person(name as PersonName);
    await client.registerDeveloper(profile);
    await admin.grantTier({ user_id: id, tier: 'studio' });
  }
  for (const app of APPS) await publish(app, person(app.by), admin);
  await submit(APPS[1]!, person(APPS[1]!.by));
  await Promise.all(PEOPLE.map(({ name }, index) => live(name, person(name), index)));
  for (const { app_id } of APPS.slice(0, 2)) await admin.featureApp({ app_id, featured: true });
  await visit(person('Mira Santos'), service);
  return visitor;
}

async function signIn(url: string, email: string, password: string): Promise<Person> {
  const { access_token: token } = await createClient({ url }).login({ email, password });
  const client = createClient({ url, credentials: { token } });
  return { client, id: (await client.getMe()).imperal_id };
}

/** Publishes two versions of an app: the second one can remove entries. */
async function publish(app: DemoApp, { client, id }: Person, admin: Client): Promise<void> {
  const { app_id, name, short_description, description, category, icon, price, entry } = app;
  await client.createApp({ app_id, name, short_description, description, category, icon });
  if (price) await client.updateApp({ app_id, pricing_model: 'per_action', pricing_config: { tool_prices: { [`add_${entry}`]: price } } });
  for (const version of ['1.0.0', '1.1.0']) {
    await client.callFunction({ app_id: 'developer', user_id: id, function: 'deploy_ir', params: { app_id, ir_dict: toIr(app, version) } });
    await eventually(() => admin.approveApp({ app_id }));
  }
}

/** Submits a third version of an app, which waits for a review. */
const submit = (app: DemoApp, { client }: Person) =>
  client.deployIr({
    app_id: app.app_id,
    ir_dict: toIr({ ...app, description: `${app.description}\n\nA task that is done can be removed.` }, '1.2.0'),
  });

/** Installs apps, calls them and reviews those of others, each person other ones. */
async function live(name: PersonName, { client, id }: Person, index: number): Promise<void> {
  for (const [at, { app_id, by, entry, entries }] of APPS.entries()) {
    if (index > 0 && (at + index) % 3 === 0) continue;
    await eventually(() => client.installApp({ app_id }));
    for (const params of entries) await client.callFunction({ app_id, user_id: id, function: `add_${entry}`, params });
    await client.callFunction({ app_id, user_id: id, function: `list_${entry}s` });
    const review = REVIEWS[(at + index) % REVIEWS.length];
    if (index > 0 && by !== name && review) await eventually(() => client.addReview({ app_id, ...review }));
  }
}

/** What waits for the visitor: credits, notifications, an automation and a call to confirm. */
async function visit({ client, id }: Person, service: Client): Promise<void> {
  if ((await client.getTopupConfig()).payments === 'sandbox') {
    const { payment_intent_id } = await client.startTopup({ tokens: 20_000, price_cents: 2_000 });
    await client.completeSandboxTopup({ payment_intent_id });
  }
  const notify = (extension_id: string, subject: string, message: string) =>
    service.notify({ user_id: id, tenant_id: 'default', extension_id, subject, message });
  await notify('team-tasks', 'Three tasks are open', 'The most urgent one is due today: Send the offer to Nordlicht GmbH.');
  await notify('expense-log', 'Your trip to Hamburg', 'The expenses of this trip are 324.40 euros so far.');
  await client.createAutomation({ prompt: 'Every Friday at 16:00, tell me which tasks are still open.' });
  await client.updateMySettings({ confirmation_enabled: true, confirmation_ttl: 86_400 });
  const params = { title: 'Send the offer to Nordlicht GmbH', owner: 'Mira', urgency: 'today' };
  await client.callFunction({ app_id: 'team-tasks', user_id: id, function: 'add_task', params });
}

/** Repeats a request until what it needs has arrived as an event. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + ARRIVAL_MS; ; await sleep(200)) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
