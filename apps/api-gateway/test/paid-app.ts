import { type Client, createClient } from '@skep/client';
import { type Json, type Request, type Skep, type TestUser, waitUntil } from '@skep/testkit';
import { readFile } from 'node:fs/promises';

/** The typed client, as this person uses it. */
export const clientOf = (skep: Skep, { access }: TestUser): Client => createClient({ url: skep.url, credentials: { token: access } });

/** Publishes the example `link-saver`, whose `save_link` costs `price` credits. Ada is its developer; Bob has installed it. */
export async function publishPaidApp(skep: Skep, price: number): Promise<{ ada: TestUser; bob: TestUser }> {
  const [ada, bob, admin] = [await skep.signUpUser(), await skep.signUpUser(), await skep.signInAdmin()];
  const app_id = 'link-saver';
  const ir_dict = JSON.parse(await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')) as Json;
  const developer = clientOf(skep, ada);
  await developer.registerDeveloper({ display_name: 'Ada' });
  await developer.createApp({ app_id, name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity' });
  await developer.updateApp({ app_id, pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: price } } });
  await developer.callFunction({ app_id: 'developer', user_id: ada.id, function: 'deploy_ir', params: { app_id, ir_dict } });
  await clientOf(skep, admin).approveApp({ app_id });
  await waitUntil('the install', () => clientOf(skep, bob).installApp({ app_id }), 10_000);
  return { ada, bob };
}

/** Publishes a release of an app with more in its manifest, approved. */
export async function publishManifest(skep: Skep, developer: TestUser, app_id: string, more: object): Promise<void> {
  const admin = await skep.signInAdmin();
  const path = `/v1/developer/apps/${app_id}`;
  const { json: app } = await skep.http('GET', path, { token: developer.access });
  const manifest_json = { ...(app['manifest_json'] as object), ...more };
  const send = async (method: string, url: string, body: object, access: Request) => {
    const answer = await skep.http(method, url, { ...access, body });
    if (answer.status >= 300) throw new Error(`${url}: ${answer.text}`);
  };
  await send('POST', `${path}/_sync_manifest`, { manifest_json }, { headers: { 'x-service-token': skep.serviceToken } });
  await send('POST', `${path}/deploys`, { version: '1.0.1' }, { token: developer.access });
  const isDeployed = async () =>
    (await skep.http('GET', `${path}/deploys`, { token: developer.access })).rows.every(({ status }) => String(status) !== 'pending');
  await waitUntil('the deploy', isDeployed, 15_000);
  await send('POST', `${path}/submit`, {}, { token: developer.access });
  await send('POST', `/v1/admin/apps/${app_id}/approve`, {}, { token: admin.access });
}
