import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { fields, id, text, type World } from './world.js';

const readExample = async (name: string) =>
  JSON.parse(await readFile(new URL(`../../../../../docs/examples/${name}.json`, import.meta.url), 'utf8')) as { app: object };

/** Apps of developers, and what they earn. */
export async function developers({ ada, as, admin, call, each, skep }: World): Promise<void> {
  const access = as(ada);
  await skep.http('POST', '/v1/admin/developer/tier', { ...admin, body: { user_id: ada.id, tier: 'partner' } });
  const example = await readExample('link-saver');
  const app = fc.record({ app_id: id(), display_name: text(), description: text(200), category: fc.constantFrom('', 'productivity') });
  await each(app, async (body) => {
    const path = { app_id: body.app_id };
    await call('POST /v1/developer/apps', access, { body });
    await call('PUT /v1/developer/apps/{app_id}', access, { path, body: { display_name: body.display_name, category: 'productivity' } });
    await call('GET /v1/developer/apps/{app_id}', access, { path });
    const params = { app_id: body.app_id, ir_dict: { ...example, app: { ...example.app, id: body.app_id } } };
    await skep.http('POST', '/v1/extensions/developer/call', { ...access, body: { user_id: ada.id, function: 'deploy_ir', params } });
    await call('POST /v1/developer/apps/{app_id}/submit', access, { path });
  });
  await skep.http('POST', '/v1/developer/payouts', { ...access, body: { amount_tokens: 10_000 } });
  for (const route of ['apps', 'profile', 'earnings', 'payouts']) await call(`GET /v1/developer/${route}`, access);
  if (!(await skep.http('GET', '/v1/developer/payouts', access)).rows.length) throw new Error('no payout');
  await call('GET /v1/developer/earnings/{app_id}', access, { path: { app_id: 'link-saver' } });
}

/** Documents and skeletons. */
export async function data({ bob, call, each, service }: World): Promise<void> {
  const scope = { extension_id: 'link-saver', tenant_id: 'default' };
  await each(fc.record({ collection: id(), data: fields() }), async ({ collection, data }) => {
    const document = await call('POST /v1/internal/store', service, { body: { ...scope, collection, user_id: bob.id, data } });
    const path = { collection, doc_id: document['id'] };
    await call('PATCH /v1/internal/store/{collection}/{doc_id}', service, { path, body: { ...scope, data } });
    await call('GET /v1/internal/store/{collection}/{doc_id}', service, { path, query: scope });
    const section = { user_id: bob.id, section: collection };
    await call('PUT /v1/internal/skeleton/{user_id}/{section}', service, { path: section, body: { ...scope, data } });
    await call('GET /v1/internal/skeleton/{user_id}/{section}', service, { path: section, query: scope });
  });
}

/** Calls, confirmations, tasks, events and automations. */
export async function calls({ ada, bob, as, call, each, service, skep }: World): Promise<void> {
  const path = { app_id: 'link-saver' };
  const access = as(bob);
  const params = fc.record({ url: fc.webUrl(), title: text() });
  const save = (saved: object) => ({ function: 'save_link', params: saved });
  const settings = (changes: object) => skep.http('PATCH', '/v1/me/settings', { ...access, body: changes });
  await each(params, async (saved) => {
    await call('POST /v1/extensions/{app_id}/call', access, { path, body: { user_id: bob.id, ...save(saved) } });
    await call('POST /v1/extensions/{app_id}/batch', access, { path, body: { user_id: bob.id, calls: [save(saved), save({})] } });
    await settings({ confirmation_enabled: true });
    for (const verb of ['confirm', 'cancel']) {
      const { data } = await call('POST /v1/extensions/{app_id}/call', access, { path, body: { user_id: bob.id, ...save(saved) } });
      const confirmation = { path: { confirmation_id: data!['confirmation_id'] } };
      await call('GET /v1/confirmations/active', access);
      await call('GET /v1/confirmations/{confirmation_id}', access, confirmation);
      await call(`POST /v1/confirmations/{confirmation_id}/${verb}`, access, { ...confirmation, body: {} });
    }
    await settings({ confirmation_enabled: false });
  });
  const { json } = await skep.http('POST', '/v1/extensions/link-saver/call', {
    ...as(ada),
    body: { user_id: ada.id, function: 'list_links', params: {} },
  });
  const task = { path: { task_id: json['task_id'] } };
  await call('GET /v1/tasks/{task_id}', as(ada), task);
  await call('POST /v1/tasks/{task_id}/cancel', as(ada), task);
  await call('GET /v1/tasks/active', as(ada));
  await call('GET /v1/tasks/internal/check-limit', service, { query: { user_id: bob.id } });
  await each(fc.record({ scope: id(), action: id(), id: id(), data: fields() }), (body) =>
    call('POST /v1/internal/events/publish', service, { body: { ...body, user_id: bob.id } }),
  );
  await call('GET /v1/events/stats', service);
  await each(fc.record({ prompt: text(), cooldown_seconds: fc.integer({ min: 60, max: 600 }) }), async (body) => {
    const { id: rule_id } = await call('POST /v1/automations', access, { body });
    await call('GET /v1/automations', access);
    for (const verb of ['pause', 'resume']) await call(`POST /v1/automations/{rule_id}/${verb}`, access, { path: { rule_id } });
    await call('DELETE /v1/automations/{rule_id}', access, { path: { rule_id } });
  });
}
