import { type Json, type Skep, type TestUser, waitUntil } from '@skep/testkit';
import { readFile } from 'node:fs/promises';

/** Publishes the example `link-saver`, whose `save_link` costs `price` credits. Ada is its developer; Bob has installed it. */
export async function publishPaidApp(skep: Skep, price: number): Promise<{ ada: TestUser; bob: TestUser }> {
  const ada = await skep.signUpUser();
  const bob = await skep.signUpUser();
  const admin = await skep.signInAdmin();
  const send = async (person: TestUser, method: string, path: string, body: unknown = {}) => {
    const answer = await skep.http(method, path, { token: person.access, body });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
  };
  const ir_dict = JSON.parse(await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')) as Json;
  await send(ada, 'POST', '/v1/developer/register', { display_name: 'Ada' });
  const listing = { app_id: 'link-saver', name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity' };
  await send(ada, 'POST', '/v1/developer/apps', listing);
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: price } } };
  await send(ada, 'PUT', '/v1/developer/apps/link-saver', pricing);
  const params = { app_id: 'link-saver', ir_dict };
  await send(ada, 'POST', '/v1/extensions/developer/call', { user_id: ada.id, function: 'deploy_ir', params });
  await send(admin, 'POST', '/v1/admin/apps/link-saver/approve');
  await waitUntil('the install', () => send(bob, 'POST', '/v1/marketplace/apps/link-saver/install').then(() => true), 10_000);
  return { ada, bob };
}
