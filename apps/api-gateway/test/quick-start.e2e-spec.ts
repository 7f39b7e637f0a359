import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

/** Runs the samples of the published quick start unchanged. */
let skep: Skep;
let ada: TestUser;
const post = (path: string, body: object = {}) => skep.http('POST', path, { token: ada.access, body });

beforeAll(async () => {
  skep = await startSkep();
  ada = await skep.signUpUser();
});
afterAll(() => skep?.close());

it('the sample password is rejected: it is one character too short', async () => {
  const { status, json } = await skep.http('POST', '/v1/auth/signup', {
    body: { email: 'user@example.com', password: 's3cure!', tenant_id: 'default', first_name: 'Ada', last_name: 'Lovelace' },
  });
  expect([status, json['detail']]).toEqual([422, [expect.objectContaining({ loc: ['body', 'password'] })]]);
});

it('an app in the flat form gets from its creation to the submission', async () => {
  await post('/v1/developer/register', {
    display_name: 'Ada Lovelace',
    website: 'https://ada.example',
    description: 'Building productivity extensions.',
  });
  const created = await post('/v1/developer/apps', {
    app_id: 'my-extension',
    name: 'My Extension',
    short_description: 'Does something useful.',
    category: 'productivity',
  });
  expect(created.json).toMatchObject({ app_id: 'my-extension', name: 'My Extension', status: 'draft', created_at: expect.any(String) });

  const steps = [
    { id: 'step_1', kind: 'declarative', action: 'store.create', params: { collection: 'tasks', data: { title: '{{title}}' } } },
  ];
  const deployed = await post('/v1/extensions/developer/call', {
    user_id: ada.id,
    tenant_id: 'default',
    function: 'deploy_ir',
    params: { app_id: 'my-extension', ir_dict: { app_id: 'my-extension', version: '1.0.0', steps }, dev_mode: true },
  });
  expect(deployed.json).toMatchObject({
    status: 'success',
    data: { app_id: 'my-extension', steps_registered: 1, ir_version: '1.0.0' },
    error: null,
  });
  expect(String(deployed.json['summary'])).toMatch(/flat form/);
  const called = await post('/v1/extensions/my-extension/call', { user_id: ada.id, function: 'run', params: { title: 'Buy milk' } });
  expect(called.json).toMatchObject({ status: 'success' });

  const deploy = await post('/v1/developer/apps/my-extension/deploys', { version: '1.0.0', changelog: 'Initial release.' });
  expect([deploy.status, deploy.json]).toMatchObject([201, { app_id: 'my-extension', version: '1.0.0', status: 'pending' }]);
  await waitUntil('the deploy', async () => {
    const { rows } = await skep.http('GET', '/v1/developer/apps/my-extension/deploys', { token: ada.access });
    return rows.every((row) => String(row['status']) === 'success');
  });
  const submitted = await post('/v1/developer/apps/my-extension/submit');
  expect(submitted.json).toMatchObject({ app_id: 'my-extension', status: 'pending_review', submitted_at: expect.any(String) });
});

it('a batch of the billing panel is answered in order', async () => {
  const { rows } = await post('/v1/extensions/billing/batch', {
    user_id: ada.id,
    calls: [{ function: 'get_balance' }, { function: 'list_recent', params: { limit: 5 } }],
  });
  expect(rows.map((row) => String(row['status']))).toEqual(['success', 'success']);
});
