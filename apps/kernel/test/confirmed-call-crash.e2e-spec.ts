import { auth } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { type AppProcess, asService, asUser, languageModel, type LanguageModel, startModels, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fn, type KernelHarness, startKernelProcesses } from './kernel.js';

let harness: KernelHarness;
let model: LanguageModel;
const people: Record<string, Ctx> = {};

const keep = (id: string, text: string) => ({ id, op: 'store.create', args: { kind: 'note', data: { text } } });
const boot = (): Promise<AppProcess> => harness.infra.startApp('kernel');

beforeAll(async () => {
  model = await languageModel();
  harness = await startKernelProcesses();
  await startModels(harness, model, { SKEP_LLM_TIER: 'free' });
  await harness.infra.startApp('auth-gateway');
  for (const name of ['eve', 'fay']) {
    const account = { email: `${name}@example.com`, password: 'correct horse battery', tenant_id: 'default' };
    await harness.call(auth.register, asService('test'), { ...account, role: 'user' } as never);
    const [row] = await harness.infra.query('auth-gateway', 'select id from account where email = $1', [account.email]);
    people[name] = asUser(name, { user: String(row?.['id']) });
  }
  await harness.publishApp('jotter', [
    fn('think', [keep('s1', 'first'), { id: 'a1', op: 'ai.complete', args: { prompt: 'Hm?' } }, keep('s2', 'last')]),
  ]);
  const app = { app_id: 'jotter', developer_id: 'imp_u_ada', tenant_id: 'default', revision: 1, version: '1.0.0', name: 'Jotter' };
  const listed = {
    short_description: '',
    category: '',
    icon: '',
    tags: [],
    system: true,
    functions: [],
    permissions: ['ai:complete', 'store:write'],
  };
  await harness.publish(portal.appApproved, { ...app, ...listed, pricing_model: 'free', pricing_config: null, approved_at: new Date() });
  await waitUntil(
    'the approval',
    async () => (await harness.infra.query('registry', 'select from app where live_revision = 1'))[0],
    10_000,
  );
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

const documents = ({ user }: Ctx) =>
  harness
    .query(`select data ->> 'text' as text from document where user_id = $1 order by id`, [user])
    .then((rows) => rows.map(({ text }) => text));

it('a confirmed call whose kernel is killed is finished by another one, once; if its user is gone it ends with an error', async () => {
  const { eve, fay } = people as { eve: Ctx; fay: Ctx };
  const first = await boot();
  const ids = new Map<Ctx, string>();
  model.mood = 'silent';
  for (const who of [eve, fay]) {
    await harness.call(kernel.updateMySettings, who, { confirmation_enabled: true });
    const { data } = await harness.run('jotter', 'think', {}, who);
    const { confirmation_id } = data as { confirmation_id: string };
    ids.set(who, confirmation_id);
    void harness.call(kernel.confirmCall, { ...who, deadline: Date.now() + 3_000 }, { confirmation_id }).catch(() => undefined);
  }
  await waitUntil('both questions', () => model.asked.length === 2);
  await first.kill('SIGKILL');
  model.mood = 'answer';
  await harness.infra.query('auth-gateway', 'update account set is_active = false where id = $1', [fay.user]);
  const second = await boot();
  const result = async (who: Ctx) => (await harness.call(kernel.getConfirmation, who, { confirmation_id: ids.get(who)! })).result;
  expect(await waitUntil('her result', () => result(eve), 40_000)).toMatchObject({ status: 'success', summary: 'Saved.' });
  expect(await waitUntil('the error', () => result(fay), 40_000)).toMatchObject({ status: 'error', error_code: 'USER_NOT_FOUND' });
  expect([await documents(eve), await documents(fay)]).toEqual([['first', 'last'], ['first']]);
  const actions = await harness.query('select user_id, status from action');
  expect(actions).toEqual([{ user_id: eve.user, status: 'success' }]);
  await second.kill('SIGTERM');
});
