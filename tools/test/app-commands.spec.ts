import { generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canonicalJson } from '@skep/contracts';
import { type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { type AuthorCommand, startAuthorCommand } from './author-command.ts';

let skep: Skep;
let ada: TestUser;
let folder: string;
beforeAll(async () => {
  skep = await startSkep();
  ada = await skep.signUpUser();
  folder = mkdtempSync(join(tmpdir(), 'skep-app-'));
});
afterAll(async () => {
  await skep?.close();
  rmSync(folder, { recursive: true, force: true });
});

const startSkepCommand = (line: string[], env?: Record<string, string>): AuthorCommand =>
  startAuthorCommand(folder, line, { SKEP_URL: skep.url, ...(env ?? { SKEP_TOKEN: ada.access }) });
const start = (line: string[], env?: Record<string, string>): AuthorCommand => startSkepCommand(['app', ...line], env);
const run = (line: string[], env?: Record<string, string>) => start(line, env).ended;
const file = (name: string) => join(folder, name);
const edit = (name: string, change: (text: string) => string) => writeFileSync(file(name), change(readFileSync(file(name), 'utf8')));
const bump = (version: string) => edit('my-notes/app.json', (text) => text.replace(/"version": "[^"]*"/, `"version": "${version}"`));
const revisionOf = async (app_id: string) =>
  (await skep.http('GET', `/v1/developer/apps/${app_id}`, { token: ada.access })).json['revision'];

describe('an author', () => {
  test('signs in on a page, and the session is kept where only they can read it', async () => {
    const login = start(['login'], {});
    const [, code = ''] = await waitUntil('the code', () => /approve the code (\S+)\./.exec(login.printed()) ?? undefined, 20_000);
    const page = await skep.http('GET', `/device?user_code=${code}`);
    const [, csrf = ''] = /name="csrf" value="([\w-]+)"/.exec(page.text) ?? [];
    const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const decision = { csrf, user_code: code, tenant_id: 'default', decision: 'approve', email: ada.email, password: ada.password };
    await skep.http('POST', '/device', {
      raw: new URLSearchParams(decision).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie, 'sec-fetch-site': 'same-origin' },
    });
    expect(await login.ended).toMatchObject({ code: 0, printed: expect.stringMatching(/You are signed in at /) });
    expect(statSync(file('.config/skep/sessions.json')).mode & 0o777).toBe(0o600);
    const { printed } = await run(['token'], {});
    expect((await skep.http('GET', '/v1/auth/me', { token: printed })).json['imperal_id']).toBe(ada.id);
  });

  test('who has not signed in reads how to', async () => {
    await run(['init', 'stranger']);
    const { code, printed } = await run(['validate', 'stranger'], { XDG_CONFIG_HOME: file('nowhere') });
    expect([code, printed]).toEqual([1, expect.stringMatching(/^You are not signed in at .*npm run skep -- app login/)]);
    expect((await run(['validate', 'stranger'], { SKEP_TOKEN: 'wrong' })).printed).toMatch(
      /does not accept your credentials\. Sign in again/,
    );
  });

  test('creates, checks, tests and deploys an app', async () => {
    expect(await run(['init', 'my-notes'])).toEqual({
      code: 0,
      printed: `Created ${file('my-notes')}. Next:\n  npm run skep -- app dev my-notes`,
    });
    expect(await run(['validate', 'my-notes'])).toEqual({
      code: 0,
      printed: expect.stringMatching(
        /^my-notes 0\.1\.0 has no faults\.\nUsers who install it are asked for:\n {2}store:read: .*\nIt is free\.$/s,
      ),
    });
    expect((await run(['deploy', 'my-notes'])).printed).toMatch(/Register as a developer first: npm run skep -- app register NAME$/);
    expect((await run(['register', 'Ada'])).printed).toBe('You are a developer: Ada.');
    await skep.infra.query('developer-portal', `update developer set tier = 'partner'`);
    const { code, printed } = await run(['test', 'my-notes']);
    expect([code, printed.split('\n').at(-1)]).toEqual([0, '3 passed, 0 failed']);
    const deployed = await run(['deploy', 'my-notes']);
    expect(deployed.printed).toMatch(/Revision 1 is live for you\.\nCall it:\n.*"function":"add_note","params":\{"text":"text"\}/s);
    expect(deployed.code).toBe(0);
  });

  test('reads the file and line of each fault, and nothing is deployed', async () => {
    edit('my-notes/app.json', (text) => text.replace('"store.create"', '"store.explode"'));
    writeFileSync(file('my-notes/manifest.json'), '{\n  "webhooks": [{ "path": "orders" }]\n}\n');
    const { code, printed } = await run(['validate', 'my-notes']);
    expect([code, printed.split('\n')]).toEqual([
      1,
      [
        expect.stringMatching(/^app\.json:19:\d+: function 'add_note', step 'note': unknown op 'store\.explode'/),
        expect.stringMatching(/^manifest\.json:2:\d+: A webhook path starts with '\/'/),
      ],
    ]);
    expect((await run(['deploy', 'my-notes'])).code).toBe(1);
    expect(await revisionOf('my-notes')).toBe(1);
    edit('my-notes/app.json', (text) => text.replace('"store.explode"', '"store.create"'));
    rmSync(file('my-notes/manifest.json'));
  });

  test('sees which answer of a test differs, and how', async () => {
    writeFileSync(
      file('my-notes/tests/wrong.json'),
      JSON.stringify([{ function: 'list_notes', expect: { data: { steps: { notes: { count: -1 } } } } }]),
    );
    const { code, printed } = await run(['test', 'my-notes']);
    expect([code, printed]).toEqual([
      1,
      expect.stringMatching(/^FAIL {2}tests\/wrong\.json {2}list_notes\n(.*\n)*.*count: -1(.*\n)*3 passed, 1 failed$/m),
    ]);
    rmSync(file('my-notes/tests/wrong.json'));
  });

  test('changes texts and prices with a deploy, and submits', async () => {
    edit('my-notes/skep.json', () =>
      JSON.stringify({
        category: 'finance',
        short_description: 'Keeps notes.',
        pricing_model: 'per_action',
        pricing_config: { tool_prices: { add_note: 3 } },
      }),
    );
    bump('0.2.0');
    expect((await run(['validate', 'my-notes'])).printed).toMatch(/It costs:\n {2}3 credits for add_note$/);
    const { code, printed } = await run(['deploy', 'my-notes', '--submit']);
    expect([code, printed]).toEqual([0, expect.stringContaining("and its submission is 'pending_review'")]);
    const { json } = await skep.http('GET', '/v1/developer/apps/my-notes', { token: ada.access });
    expect(json).toMatchObject({ category: 'finance', short_description: 'Keeps notes.', pricing_model: 'per_action' });
  });

  test('deploys with an API key, as programs do', async () => {
    const { json } = await skep.http('POST', '/v1/keys', { token: ada.access, body: { name: 'ci', scopes: 'developer:apps:*' } });
    bump('0.3.0');
    edit('my-notes/skep.json', () => '{}');
    const { code, printed } = await run(['deploy', 'my-notes'], { SKEP_API_KEY: String(json['key']) });
    expect([code, printed]).toEqual([0, expect.stringContaining('"user_id":"YOUR_USER_ID"')]);
  });

  test('has the newest version of a folder deployed at each change', async () => {
    await run(['init', 'watched']);
    const dev = start(['dev', 'watched']);
    const printed = (text: RegExp) => waitUntil(String(text), () => text.test(dev.printed()), 20_000);
    await printed(/watched 0\.1\.0 is live for you as revision 1\.\nUsers who install it are asked for:/);
    await printed(/Waiting for changes/);
    edit('watched/app.json', (text) => text.replace('"0.1.0"', '"0.1"'));
    await printed(/app\.json:5:\d+: version '0\.1' must look like 1\.2\.3/);
    edit('watched/app.json', (text) =>
      text
        .replace('"0.1"', '"0.1.1"')
        .replace('"kind": "note" } }] }', '"kind": "note" } }, { "id": "tell", "op": "send", "args": { "message": "Here." } }] }'),
    );
    await printed(/watched 0\.1\.1 is live for you as revision 2\.\nUsers who install it are asked for:\n {2}chat:send: /);
    writeFileSync(file('watched.json'), readFileSync(file('watched/app.json')));
    edit('watched/app.json', () => '{');
    await printed(/app\.json:1:2: /);
    const fixed = readFileSync(file('watched.json'), 'utf8');
    edit('watched/app.json', () => fixed);
    await printed(/app\.json:1:2: .*\n.*watched 0\.1\.1 is live for you as revision 2\./);
    dev.child.kill('SIGTERM');
    expect((await dev.ended).code).toBe(0);
    expect(await revisionOf('watched')).toBe(2);
  });

  test('sees the calls of a request as a tree', async () => {
    const body = { user_id: ada.id, function: 'list_notes', params: {} };
    await skep.http('POST', '/v1/extensions/my-notes/call', { token: ada.access, body });
    const { json } = await skep.http('GET', '/v1/actions?app_id=my-notes&per_page=1', { token: ada.access });
    const [action] = json['actions'] as unknown as { trace_id: string }[];
    const { printed } = await startSkepCommand(['trace', action?.trace_id ?? '']).ended;
    expect(printed).toMatch(/^\w+: 1 call, 0 credits, 0 tokens\n/);
    expect(printed).toMatch(/^call my-notes\.list_notes {2}success, \+\d+ ms, \d+ ms$/m);
    expect((await startSkepCommand(['trace', 'nothing']).ended).code).toBe(1);
  });
});

describe('a release file', () => {
  test('is exported, and imported again as a new release', async () => {
    expect((await run(['export', 'my-notes', '--revision', '1', '-o', 'notes-0.1.0.json'])).printed).toBe(
      `Wrote ${file('notes-0.1.0.json')}.`,
    );
    await run(['export', 'my-notes', '--revision', '1', '-o', 'again.json']);
    expect(readFileSync(file('again.json'), 'utf8')).toBe(readFileSync(file('notes-0.1.0.json'), 'utf8'));
    const before = Number(await revisionOf('my-notes'));
    const { code, printed } = await run(['import', 'notes-0.1.0.json']);
    expect([code, printed]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(
          `^my-notes 0\\.1\\.0, signed by SHA256:\\S+ \\(this installation\\)\nmy-notes 0\\.1\\.0 is live for you as revision ${before + 1}\\.$`,
        ),
      ),
    ]);
    const { printed: key } = await run(['key'], {});
    expect(printed).toContain(key.split('\n')[1]);
  });

  test('that was changed is refused', async () => {
    edit('notes-0.1.0.json', (text) => text.replace('Adds a note.', 'Adds a note and more.'));
    expect(await run(['import', 'notes-0.1.0.json'])).toMatchObject({
      code: 1,
      printed: expect.stringContaining('changed after its export'),
    });
  });

  test('of another installation is imported only with the fingerprint of its key', async () => {
    const { release, format } = JSON.parse(readFileSync(file('notes-0.1.0.json'), 'utf8')) as {
      release: { ir: { app: object }; manifest: object };
      format: string;
    };
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const content = {
      format,
      release: {
        ...release,
        app_id: 'from-afar',
        ir: { ...release.ir, app: { ...release.ir.app, id: 'from-afar' } },
        manifest: { ...release.manifest, app_id: 'from-afar' },
      },
    };
    const signature = sign(null, Buffer.from(canonicalJson(content)), privateKey).toString('base64url');
    writeFileSync(file('afar.json'), JSON.stringify({ ...content, public_key: publicKey.export({ format: 'jwk' }).x, signature }));
    const asked = await run(['import', 'afar.json']);
    const [, fingerprint = ''] = /--fingerprint (SHA256:\S+)/.exec(asked.printed) ?? [];
    expect([asked.code, fingerprint]).toEqual([1, expect.stringMatching(/^SHA256:/)]);
    expect((await run(['import', 'afar.json', '--fingerprint', `SHA256:${'A'.repeat(43)}`])).printed).toContain(
      `signed by the key ${fingerprint}, not by`,
    );
    expect(await run(['import', 'afar.json', '--fingerprint', fingerprint])).toMatchObject({
      code: 0,
      printed: expect.stringContaining('from-afar 0.1.0 is live'),
    });
  });

  test('that is none, or a revision that does not exist, is refused with a sentence', async () => {
    expect((await run(['import', 'my-notes/app.json'])).printed).toMatch(/is no release file\. Make one with/);
    expect((await run(['export', 'my-notes', '--revision', 'x'])).printed).toBe("--revision must be a number from 1, not 'x'.");
    expect((await run(['export', 'my-notes', '--revision', '99'])).code).toBe(1);
    expect(existsSync(file('my-notes.skep.json'))).toBe(false);
  });
});
