import { agent, type SetTenantAgent } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';
import { codeOf } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { type Agents, openAgents } from './agents.js';

let agents: Agents;
let admin: Ctx;
let ada: Ctx;

beforeAll(async () => {
  agents = await openAgents(start);
  [admin, ada] = [await agents.person(), await agents.person()];
});
afterEach(async () => {
  for (const table of ['agent', 'runtime_setting']) await agents.query(`delete from ${table}`);
});
afterAll(() => agents?.close());

const clerk: SetTenantAgent = {
  ...{ id: 'clerk', name: 'Clerk', type: 'x', enabled: true, system_prompt: 'You are a clerk.', default_provider_params: {} },
  ...{ approved_tools: [], enforced: false },
};
const set = (changes: Partial<SetTenantAgent> = {}, who = admin) => agents.call(agent.setTenantAgent, who, { ...clerk, ...changes });
const find = (agent_id = 'clerk', who = ada) => agents.call(agent.getAgent, who, { agent_id });
const rename = (name: string, agent_id = 'clerk') => agents.call(agent.updateAgent, ada, { agent_id, name });
const remove = () => agents.call(agent.deleteAgent, ada, { agent_id: 'clerk' });

describe('an agent for everyone', () => {
  it('is seen, listed and asked by everyone of the tenant, and by nobody else', async () => {
    expect(await set()).toMatchObject({ id: 'clerk', source: 'tenant', enforced: false });
    expect((await agents.call(agent.listAgents, ada, {})).map(({ id, source }) => [id, source])).toEqual([
      ['default', 'builtin'],
      ['clerk', 'tenant'],
    ]);
    await agents.say(ada, await agents.talk(ada), 'hello', { agent_id: 'clerk' });
    expect(JSON.stringify(agents.model.asked.at(-1)!.messages[0])).toContain('You are a clerk.');
    expect(await codeOf(find('clerk', { ...ada, tenant: 'other' }))).toBe('agent_not_found');
  });

  it('may be changed by each for themselves, and is then their own', async () => {
    await set();
    expect(await rename('My clerk')).toMatchObject({ name: 'My clerk', source: 'user', system_prompt: 'You are a clerk.' });
    expect([(await find('clerk', admin)).name, (await agents.call(agent.listAgents, ada, {})).length]).toEqual(['Clerk', 2]);
    await remove();
    expect(await find()).toMatchObject({ name: 'Clerk', source: 'tenant' });
    expect(await codeOf(remove())).toBe('agent_of_tenant');
    expect(await codeOf(agents.call(agent.createAgent, ada, clerk))).toBe('agent_exists');
  });

  it('that is enforced is changed and deleted by nobody else', async () => {
    await set();
    await rename('My clerk');
    await set({ enforced: true });
    expect(await find()).toMatchObject({ name: 'Clerk', source: 'tenant', enforced: true });
    expect(await codeOf(rename('x'))).toBe('agent_of_tenant');
    expect((await agents.call(agent.listAgents, ada, {})).map(({ name }) => name)).toEqual(['Default Agent', 'Clerk']);
  });

  it('may be the default agent', async () => {
    await set({ id: 'default', name: 'Ours' });
    expect([(await find('default')).name, (await agents.call(agent.listAgents, ada, {})).length]).toEqual(['Ours', 1]);
  });

  it('is listed and deleted by administrators', async () => {
    await set();
    expect((await agents.call(agent.listTenantAgents, admin, {})).map(({ id }) => id)).toEqual(['clerk']);
    expect(await agents.call(agent.listTenantAgents, { ...admin, tenant: 'other' }, {})).toEqual([]);
    const other = agents.call(agent.deleteTenantAgent, { ...admin, tenant: 'other' }, { id: 'clerk' });
    expect(await codeOf(other)).toBe('agent_not_found');
    expect(await agents.call(agent.deleteTenantAgent, admin, { id: 'clerk' })).toEqual({ deleted: 'clerk' });
    expect(await codeOf(agents.call(agent.deleteTenantAgent, admin, { id: 'clerk' }))).toBe('agent_not_found');
    expect(await codeOf(agents.call(agent.deleteTenantAgent, admin, { id: 'x'.repeat(101) }))).toBe('invalid_input');
    expect(await codeOf(set({ id: 'Not An Id' }))).toBe('invalid_input');
  });

  it('is one of two hundred at most', async () => {
    await agents.query(
      `insert into agent (tenant_id, user_id, id, name, type) select 'default', '', 'a' || n, 'x', 'x' from generate_series(1, 200) n`,
    );
    expect(await codeOf(set())).toBe('too_many_agents');
    expect(await set({ id: 'a1' })).toMatchObject({ name: 'Clerk' });
  });
});

describe('runtime settings for everyone', () => {
  const setRuntime = (input: object, who = admin) => agents.call(agent.setTenantRuntime, who, { settings: {}, enforced: {}, ...input });
  const runtime = (who = ada) => agents.call(agent.getRuntime, who, {});

  it('hold unless someone has chosen otherwise, or they are enforced', async () => {
    await agents.call(agent.updateRuntime, ada, { max_context_tokens: 5_000, soft_trim_ratio: 0.2 });
    await setRuntime({ settings: { max_context_tokens: 9_000, hard_clear_ratio: 0.7 }, enforced: { soft_trim_ratio: 0.4 } });
    expect(await runtime()).toMatchObject({
      ...{ max_context_tokens: 5_000, hard_clear_ratio: 0.7, soft_trim_ratio: 0.4, reserve_tokens_floor: 20_000 },
      enforced: ['soft_trim_ratio'],
    });
    expect(await runtime(admin)).toMatchObject({ max_context_tokens: 9_000, soft_trim_ratio: 0.4 });
    expect(await runtime({ ...ada, tenant: 'other' })).toMatchObject({ max_context_tokens: 200_000, enforced: [] });
  });

  it('are replaced as a whole, and read by administrators', async () => {
    await setRuntime({ settings: { max_context_tokens: 9_000 } });
    const replaced = { settings: {}, enforced: { pruning_enabled: false } };
    expect(await setRuntime(replaced)).toEqual(replaced);
    expect(await agents.call(agent.getTenantRuntime, admin, {})).toEqual(replaced);
    expect(await agents.call(agent.getTenantRuntime, { ...admin, tenant: 'other' }, {})).toEqual({ settings: {}, enforced: {} });
    expect(await codeOf(setRuntime({ settings: { max_context_tokens: 1 } }))).toBe('invalid_input');
  });
});

it('what administrators set is an event without values, for the audit log', async () => {
  await agents.query('delete from outbox');
  await set({ enforced: true });
  await agents.call(agent.deleteTenantAgent, admin, { id: 'clerk' });
  await codeOf(agents.call(agent.deleteTenantAgent, admin, { id: 'clerk' }));
  await agents.call(agent.setTenantRuntime, admin, { settings: { pruning_enabled: false }, enforced: { max_context_tokens: 5_000 } });
  const about = `select ctx ->> 'user' as by, payload from outbox where subject = 'event.agent.tenantDefaultChanged' order by seq`;
  const by = admin.user;
  expect(await agents.query(about)).toEqual([
    { by, payload: { kind: 'agent', id: 'clerk', act: 'set', fields: expect.arrayContaining(['system_prompt', 'enforced']) } },
    { by, payload: { kind: 'agent', id: 'clerk', act: 'deleted', fields: [] } },
    { by, payload: { kind: 'runtime', id: admin.tenant, act: 'set', fields: ['settings.pruning_enabled', 'enforced.max_context_tokens'] } },
  ]);
});
