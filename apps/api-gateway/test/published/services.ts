import fc from 'fast-check';
import { id, text, type World } from './world.js';

const RULES = '/v1/automations/internal';
const CONFIG = '/v1/internal/config';

/** Automations, as services make and watch them. */
export async function automations({ bob, call, each, service }: World): Promise<void> {
  const tenant = { tenant_id: 'default' };
  await each(fc.record({ prompt: text(), cooldown_seconds: fc.integer({ min: 60, max: 600 }) }), async (rule) => {
    const trigger = { trigger_filter: { event_type: 'link-saver.saved' }, actions: [{ message: 'A link was saved.' }] };
    const { id: rule_id } = await call(`POST ${RULES}/create`, service, { body: { user_id: bob.id, ...trigger, ...rule } });
    const path = { rule_id };
    await call(`PATCH ${RULES}/{rule_id}`, service, { path, body: { cooldown_seconds: 90 } });
    await call(`POST ${RULES}/triggered`, service, { body: { rule_id, status: 'running', timeout_at: new Date(0).toISOString() } });
    await call(`POST ${RULES}/check-timeout`, service, { body: {} });
    await call(`POST ${RULES}/{rule_id}/execution-result`, service, { path, body: { success: true, error: '' } });
    await call(`GET ${RULES}/{rule_id}/count`, service, { path });
    for (const which of ['all', 'active']) await call(`GET ${RULES}/${which}`, service, { query: tenant });
    await call(`DELETE ${RULES}/{rule_id}`, service, { path });
  });
}

/** Settings of scopes, and of language models. */
export async function settings({ bob, call, each, service }: World): Promise<void> {
  const query = { tenant_id: 'default', app_id: 'link-saver', user_id: bob.id };
  await each(fc.dictionary(id(), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, maxKeys: 3 }), async (config) => {
    const path = { scope: 'app', scope_id: 'link-saver' };
    await call(`PUT ${CONFIG}/{scope}/{scope_id}`, service, {
      path,
      query: { tenant_id: 'default', app_id: 'link-saver' },
      body: { config },
    });
    await call(`GET ${CONFIG}/{scope}/{scope_id}`, service, { path, query: { tenant_id: 'default', app_id: 'link-saver' } });
    await call(`GET ${CONFIG}/resolve`, service, { query });
  });
  await call(`GET ${CONFIG}/llm/providers`, service);
  const { config } = await call(`GET ${CONFIG}/llm`, service);
  await call(`PUT ${CONFIG}/llm`, service, { body: { config } });
  for (const trial of ['test', 'test-tools']) await call(`POST ${CONFIG}/llm/${trial}`, service, { body: { config } });
  await each(fc.record({ prompt: text(), max_tokens: fc.integer({ min: 1, max: 500 }) }), (body) =>
    call('POST /v1/internal/ai/complete', service, { body: { ...body, extension_id: 'link-saver' } }),
  );
  const path = { user_id: bob.id };
  await call(`GET ${CONFIG}/llm/usage`, service);
  await call(`GET ${CONFIG}/llm/usage/{user_id}`, service, { path });
  await call(`POST ${CONFIG}/llm/invalidate/{user_id}`, service, { path, body: {} });
}
