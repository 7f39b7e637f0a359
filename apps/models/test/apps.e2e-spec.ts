import { registry } from '@skep/contracts/registry';
import { asService, asUser, codeOf, type LanguageModel, languageModel } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ada, type ModelsHarness, openModels } from './models.js';

const APP = 'memos';
/** Its developer, who has it. */
const dev = asUser('dev', { deadline: Date.now() + 300_000 });
/** The code of the app, with an extension token. */
const app = asService('', { tenant: 'default', actor: `extension:${APP}`, deadline: Date.now() + 300_000 });

let model: LanguageModel;
let harness: ModelsHarness;

beforeAll(async () => {
  model = await languageModel();
  harness = await openModels(model);
  await harness.infra.startApp('registry');
  const release = { app_id: APP, developer_id: dev.user, name: APP, description: '', icon: '', version: '1.0.0' };
  await harness.call(registry.publishRelease, dev, { ...release, manifest: {}, functions: [], permissions: [] });
});
beforeEach(() => {
  model.asked = [];
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

it('an app asks for itself, and for a user who has it', async () => {
  expect(await harness.ask(app)).toMatchObject({ model: 'usual' });
  expect(await harness.ask({ ...app, user: dev.user })).toMatchObject({ model: 'usual' });
});

it('an app does not spend the budget of a user who does not have it', async () => {
  expect(await codeOf(harness.ask({ ...app, user: ada.user }))).toBe('app_not_installed');
  expect(model.asked).toEqual([]);
});
