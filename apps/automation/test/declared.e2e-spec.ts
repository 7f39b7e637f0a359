import { automation } from '@skep/contracts/automation';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { approvalOf, asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AutomationHarness, openAutomation } from './automation.js';

let harness: AutomationHarness;
const DEV = asUser('dev');
const NAMES = ['tidy', 'on_mail', 'on_note', 'dear'];

beforeAll(async () => {
  harness = await openAutomation();
});
afterAll(() => harness?.close());

async function publish(app_id: string, manifest: object, automations: object[]): Promise<void> {
  const functions = NAMES.map((name) => ({ name, description: '', params_schema: {}, action_type: 'write' }));
  const impl = { kind: 'declarative', steps: [] };
  const app = { id: app_id, version: '1.0.0', title: 'App', functions: NAMES.map((name) => ({ name, impl })), automations };
  const content = { app_id, version: '1.0.0', name: 'App', description: '', icon: '', functions, permissions: [] };
  const ir = { ir_version: '1.0', app };
  const { revision } = await harness.call(registry.publishRelease, DEV, {
    ...content,
    developer_id: DEV.user,
    ir,
    manifest: { ...manifest },
  });
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { dear: 3 } }, revenue_split: 70 };
  await harness.publish(portal.appApproved, approvalOf(app_id, { developer_id: DEV.user, revision, ...pricing }));
  const isLive = () => harness.infra.query('registry', 'select from app where app_id = $1 and live_revision = $2', [app_id, revision]);
  await waitUntil('the approval', async () => (await isLive())[0], 10_000);
}

it('an installed app brings the rules that it declares, which leave with it; what costs or gets events of others waits for its user', async () => {
  const manifest = {
    schedules: [
      { name: 'tidy', cron: '0 3 * * *', description: 'Tidies up' },
      { name: 'dear', cron: '0 4 * * *' },
      { name: 'no_such', cron: '0 3 * * *' },
      { name: 'tidy', cron: 'often' },
    ],
    events: { subscribes: [{ type: 'mail.received', handler: 'on_mail' }], emits: [] },
  };
  const declared = [
    {
      description: 'Own',
      trigger_filter: { event_type: 'keeper.saved' },
      actions: [{ tool: 'on_note', args: { text: '{{event.text}}' } }],
    },
    { trigger_filter: { event_type: 'keeper.saved' }, actions: [{ app_id: 'billing', tool: 'get_balance' }] },
    { trigger_filter: { event_type: 'keeper.saved' }, actions: [{ message: 'Buy more' }] },
    { nonsense: true },
  ];
  await publish('keeper', manifest, declared);
  const [ada, bob] = [await harness.person(), await harness.person()];
  const own = await harness.rule(ada, 'mail.received');
  await harness.call(registry.installApp, ada, { app_id: 'keeper', revision: 1 });
  const list = async (who = ada) => (await harness.call(automation.listAutomations, who, {})).filter(({ id }) => id !== own.id);
  await waitUntil('the rules', async () => (await list()).length >= 4, 10_000);
  expect((await list()).map(({ prompt, status, actions }) => [prompt, status, actions[0]?.tool])).toEqual([
    ['Tidies up', 'active', 'tidy'],
    ['dear', 'paused', 'dear'],
    ['on_mail', 'paused', 'on_mail'],
    ['Own', 'active', 'on_note'],
  ]);
  expect((await list()).map(({ interpretation }) => /resume it if you agree/.test(interpretation))).toEqual([false, true, true, false]);
  expect(await list(bob)).toEqual([]);
  expect(await harness.query(`select from schedule where user_id = $1`, [ada.user])).toHaveLength(1);
  const { used } = await harness.call(
    automation.getAutomationQuota,
    { ...ada, user: '', actor: 'service:panel' },
    { user_id: ada.user, tenant_id: 'default' },
  );
  expect(used).toBe(1);
  await harness.call(registry.uninstallApp, ada, { app_id: 'keeper' });
  await waitUntil('the end of the rules', async () => !(await list()).length, 10_000);
  expect(await harness.query(`select from schedule where user_id = $1`, [ada.user])).toEqual([]);
  expect(await harness.call(automation.listAutomations, ada, {})).toEqual([own]);
});

it('a new release replaces what it no longer declares; what it still does stays as its user left it', async () => {
  const schedules = [
    { name: 'tidy', cron: '0 3 * * *' },
    { name: 'on_note', cron: '0 5 * * *' },
  ];
  await publish('renewed', { schedules }, []);
  const who = await harness.person();
  await harness.call(registry.installApp, who, { app_id: 'renewed', revision: 1 });
  const list = async () => (await harness.call(automation.listAutomations, who, {})).map(({ id, prompt, status }) => [id, prompt, status]);
  const [[kept] = []] = await waitUntil('the rules', async () => ((await list()).length === 2 ? list() : undefined), 10_000);
  await harness.call(automation.pauseAutomation, who, { rule_id: Number(kept) });
  await publish('renewed', { schedules: [schedules[0], { name: 'on_mail', cron: '0 6 * * *' }] }, []);
  await waitUntil('the new rules', async () => (await list()).some(([, prompt]) => prompt === 'on_mail'), 10_000);
  expect(await list()).toEqual([
    [kept, 'tidy', 'paused'],
    [expect.anything(), 'on_mail', 'active'],
  ]);
});
