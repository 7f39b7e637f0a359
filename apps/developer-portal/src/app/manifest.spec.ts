import { MANIFEST_DOCUMENT } from '@skep/contracts/authoring';
import { withOneFault } from '@skep/testkit';
import { expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { buildManifest, exceedsDepth, findManifestFaults, functionsOf, irOfServers, tagsOf } from './manifest.js';

const manifest = { app_id: 'link-saver', version: '1.0.0' };

/** A manifest with every key of the published format. */
const completeManifest = {
  ...manifest,
  manifest_schema_version: 3,
  sdk_version: '5.7.0',
  capabilities: ['store:write'],
  tools: [
    {
      ...{
        name: 'save_link',
        description: 'Saves a link.',
        scopes: ['*', 'notes:*', 'notes:read:own', 'notes.read'],
        action_type: 'write',
      },
      ...{ parameters: { url: { type: 'string', required: true, description: 'Where' } }, params_schema: {}, return_schema: null },
      ...{ chain_callable: true, effects: ['create:link'], background: false, long_running: null, event: 'link-saver.saved' },
      ...{ owner_chat_tool: null, synthetic: false, id_projection: 'id' },
    },
    { name: '__webhook__/stripe' },
    { name: '__panel__main' },
  ],
  signals: [{ name: 'saved', description: null }],
  schedules: [
    { name: 'tidy', cron: '0 9 * * 1-5' },
    { name: 'sweep', cron: '@daily', description: 'Sweeps.' },
  ],
  required_scopes: ['*', 'notes:read'],
  migrations_dir: 'migrations',
  config_defaults: { any: { thing: 1 } },
  webhooks: [{ path: '/stripe/in', method: 'PUT', secret_header: 'x-secret' }, { path: '/other' }],
  events: { subscribes: [{ type: 'notes.saved', handler: 'save_link' }], emits: [{ type: 'link-saver.saved', schema_ref: null }] },
  exposed: [{ name: 'save_link', action_type: 'write' }],
  lifecycle: { on_install: true, on_disable: null, on_upgrade: ['1.0.0'], health_check: { interval_sec: 30 } },
  lifecycle_hooks: { on_install: { signature: 'x' } },
  tray: [{ tray_id: 'links', icon: 'link', tooltip: 'Links', zone: 'status', order: 1, badge_style: 'dot', icon_color: 'red' }],
  menu: [{ item_id: 'links', label: 'Links', icon: null, section: 'main', path: '/links', order: 1, danger: false }],
  actions_explicit: true,
  icon_size_bytes: 100,
  system: true,
  hidden_in_sidebar: true,
  secrets: [
    {
      name: 'api_key',
      description: 'A key.',
      required: true,
      write_mode: 'both',
      max_bytes: 65_536,
      rotation_hint_days: 30,
      scope: 'user',
    },
    { name: 'shared', description: 'Another.', scope: 'app', env_fallback: 'IMPERAL_APPSECRET_SHARED' },
  ],
  file_sinks: [{ tool: 'save_link', accepts: ['text/*'], arg: 'file', arg_kind: 'file_id', description: 'Files.' }],
  oauth: [{ provider: 'google', collection: 'tokens', scopes: ['mail'], has_hook: false }],
  panels: [{ panel_id: 'main', slot: 'left', title: 'Links', tree: {}, refresh: 'manual', center_overlay: false, min_width: 1, more: 1 }],
  search_providers: [{ name: 'links' }],
  ...{ name: 'Link Saver', description: 'Saves.', author: 'Ada', license: 'MIT', homepage: 'https://a.example', icon: 'link' },
  ...{ category: 'productivity', tags: ['links'], marketplace: { any: 1 }, pricing: null },
};

it.each<[Record<string, unknown>]>([
  [manifest],
  [completeManifest],
  [{ ...manifest, webhooks: null, events: null, exposed: null, lifecycle: null, tray: null, menu: null, secrets: null, panels: null }],
  [{ ...manifest, icon: 'icons/link.svg' }],
  [{ ...manifest, version: '1.0.0-rc.1' }],
  [{ ...manifest, version: '1.0.0.post1' }],
  [{ ...manifest, tools: [{ name: 'a' }, { name: 'a' }] }],
  [{ ...manifest, tools: [{ name: 'a'.repeat(129) }] }],
  [{ ...manifest, tools: [{ name: 'a', action_type: 'delete' }] }],
  [{ ...manifest, system: true }],
  [{ ...manifest, system: true, tools: [{ name: 'a' }] }],
  [{ ...manifest, system: true, hidden_in_sidebar: true }],
])('accepts manifest %#', (given) => {
  expect(findManifestFaults(given, 'link-saver')).toEqual([]);
});

type Loc = (string | number)[];
const tool = (more: object, ...loc: Loc): [Record<string, unknown>, Loc] => [
  { ...manifest, tools: [{ name: 'save', ...more }] },
  ['tools', 0, ...loc],
];
/** A manifest whose `list` has this one item, with the `loc` of the fault. */
const item = (list: string, one: unknown, ...loc: Loc): [Record<string, unknown>, Loc] => [
  { ...manifest, [list]: [one] },
  [list, 0, ...loc],
];
const part = (key: string, value: unknown, ...loc: Loc): [Record<string, unknown>, Loc] => [{ ...manifest, [key]: value }, [key, ...loc]];
const secret = { name: 'api_key', description: 'A key.' };
const sink = { tool: 'save', accepts: ['text/*'], arg: 'file' };

it.each<[Record<string, unknown>, Loc]>([
  [{ version: '1.0.0' }, ['app_id']],
  part('icon', 'javascript:alert(1)'),
  part('icon', '<svg onload="alert(1)"/>'),
  [{ ...manifest, panels: [{ panel_id: 'a', slot: 'left', icon: '<svg onload="alert(1)"/>' }] }, ['panels', 0, 'icon']],
  part('app_id', 'another'),
  part('app_id', 7),
  part('app_id', null),
  part('app_id', 'Link_Saver'),
  [{ app_id: 'link-saver' }, ['version']],
  part('version', 'one'),
  part('version', '1.0'),
  part('version', `1.0.0-${'x'.repeat(64)}`),
  part('icon', 'javascript:alert(1)'),
  part('icon', 7),
  part('schedule', []),
  part('manifest_schema_version', 4),
  part('sdk_version', 5),
  part('capabilities', 'store:write'),
  part('capabilities', [1], 0),
  part('tools', null),
  part('tools', {}),
  part(
    'tools',
    Array.from({ length: 1_001 }, (_, i) => ({ name: `f${i}` })),
  ),
  item('tools', 'save'),
  item('tools', {}, 'name'),
  tool({ name: '' }, 'name'),
  tool({ name: 'a b' }, 'name'),
  tool({ name: '1st' }, 'name'),
  tool({ name: 'a-b' }, 'name'),
  tool({ name: 'tool_notes_chat' }, 'name'),
  tool({ surprise: 1 }, 'surprise'),
  tool({ description: 1 }, 'description'),
  tool({ description: null }, 'description'),
  tool({ action_type: 1 }, 'action_type'),
  tool({ scopes: 'notes:read' }, 'scopes'),
  tool({ scopes: ['Notes:read'] }, 'scopes', 0),
  tool({ scopes: ['notes'] }, 'scopes', 0),
  tool({ params_schema: [] }, 'params_schema'),
  tool({ return_schema: 'text' }, 'return_schema'),
  tool({ parameters: [] }, 'parameters'),
  tool({ parameters: null }, 'parameters'),
  tool({ parameters: { url: 'string' } }, 'parameters', 'url'),
  tool({ parameters: { url: { type: 'text', required: true } } }, 'parameters', 'url', 'type'),
  tool({ parameters: { url: { type: 'string' } } }, 'parameters', 'url', 'required'),
  tool({ parameters: { url: { required: true } } }, 'parameters', 'url', 'type'),
  tool({ effects: 'create:link' }, 'effects'),
  tool({ chain_callable: 'yes' }, 'chain_callable'),
  tool({ background: 1 }, 'background'),
  part('signals', null),
  item('signals', { name: '' }, 'name'),
  item('signals', { name: 'saved', more: 1 }, 'more'),
  item('schedules', { name: 'tidy' }, 'cron'),
  item('schedules', { cron: '@daily' }, 'name'),
  item('schedules', { name: 'tidy', cron: '0 9 * *' }, 'cron'),
  item('schedules', { name: 'tidy', cron: '@sometimes' }, 'cron'),
  item('schedules', { name: 'tidy', cron: '@daily', every: 1 }, 'every'),
  item('required_scopes', 'Notes Read'),
  item('webhooks', { method: 'POST' }, 'path'),
  item('webhooks', { path: 'stripe' }, 'path'),
  item('webhooks', { path: '/Stripe' }, 'path'),
  item('webhooks', { path: '/stripe', method: 'PATCH' }, 'method'),
  item('webhooks', { path: '/stripe', secret: 'x' }, 'secret'),
  part('webhooks', [{ path: '/a' }, { path: '/b' }, { path: '/a' }], 2, 'path'),
  part('events', []),
  part('events', { listens: [] }, 'listens'),
  part('events', { subscribes: [{ type: 'notes.saved' }] }, 'subscribes', 0, 'handler'),
  part('events', { emits: [{ type: '' }] }, 'emits', 0, 'type'),
  part('events', { emits: [{ type: 'notes.saved' }] }, 'emits', 0, 'type'),
  part('events', { emits: [{ type: 'link-saver' }] }, 'emits', 0, 'type'),
  item('exposed', { name: 'save' }, 'action_type'),
  item('exposed', { name: 'save', action_type: 'destructive' }, 'action_type'),
  part(
    'exposed',
    [
      { name: 'a', action_type: 'read' },
      { name: 'a', action_type: 'write' },
    ],
    1,
    'name',
  ),
  part('lifecycle', { on_install: 'yes' }, 'on_install'),
  part('lifecycle', { on_start: true }, 'on_start'),
  part('lifecycle', { on_upgrade: '1.0.0' }, 'on_upgrade'),
  part('lifecycle', { health_check: { interval_sec: 29 } }, 'health_check', 'interval_sec'),
  part('lifecycle_hooks', { on_install: 'x' }, 'on_install'),
  item('tray', { icon: 'link' }, 'tray_id'),
  item('tray', { tray_id: 'Links' }, 'tray_id'),
  item('tray', { tray_id: 'links', badge: 1 }, 'badge'),
  item('menu', { item_id: 'links' }, 'label'),
  item('menu', { item_id: '1', label: 'Links' }, 'item_id'),
  item('menu', { item_id: 'links', label: 'Links', order: 1.5 }, 'order'),
  part('actions_explicit', 'yes'),
  part('icon_size_bytes', '100'),
  part('system', 'yes'),
  part('hidden_in_sidebar', 1),
  item('secrets', { name: 'api_key' }, 'description'),
  item('secrets', { ...secret, name: 'API_KEY' }, 'name'),
  item('secrets', { ...secret, name: 'a'.repeat(64) }, 'name'),
  item('secrets', { ...secret, description: '' }, 'description'),
  item('secrets', { ...secret, write_mode: 'nobody' }, 'write_mode'),
  item('secrets', { ...secret, max_bytes: 65_537 }, 'max_bytes'),
  item('secrets', { ...secret, rotation_hint_days: 0 }, 'rotation_hint_days'),
  item('secrets', { ...secret, scope: 'tenant' }, 'scope'),
  item('secrets', { ...secret, env_fallback: 'PATH' }, 'env_fallback'),
  item('secrets', { ...secret, value: 'hunter2' }, 'value'),
  item('file_sinks', { ...sink, tool: 'Save' }, 'tool'),
  item('file_sinks', { ...sink, accepts: [] }, 'accepts'),
  item('file_sinks', { ...sink, arg: '' }, 'arg'),
  item('file_sinks', { ...sink, arg_kind: 'url' }, 'arg_kind'),
  item('file_sinks', { ...sink, description: 'x'.repeat(201) }, 'description'),
  item('oauth', { provider: '' }, 'provider'),
  item('oauth', { provider: 'google', collection: 'Tokens' }, 'collection'),
  item('oauth', { provider: 'google', has_hook: null }, 'has_hook'),
  item('panels', { panel_id: 'main' }, 'slot'),
  item('panels', { slot: 7 }, 'slot'),
  item('panels', { slot: 'left', tree: 'text' }, 'tree'),
  item('panels', { slot: 'left', default_width: '300' }, 'default_width'),
  part('config_defaults', []),
  part('migrations_dir', 1),
  part('name', 1),
  part('category', ['a']),
  part('tags', 'links'),
  part('tags', [1], 0),
  part('pricing', 'free'),
  [{ ...manifest, name: 'x'.repeat(1024 * 1024) }, []],
  [{ ...manifest, tags: Array.from({ length: 50_000 }, () => 1) }, []],
])('locates the fault of manifest %#', (given, loc) => {
  const docs_url = expect.stringMatching(/^\/docs\/apps\/errors#[a-z-]+$/);
  expect(findManifestFaults(given, 'link-saver')).toEqual([{ loc, msg: expect.any(String), type: expect.any(String), docs_url }]);
});

it('reports all faults at once, at most fifty, each with what to do', () => {
  const faults = findManifestFaults({ ...manifest, schedule: [], schedules: [{ name: 'tidy', cron: 'daily' }], tools: [{}] }, 'link-saver');
  expect(faults.map(({ msg }) => msg).sort()).toEqual([
    "A schedule has five cron fields, such as '0 9 * * *', or is a macro such as @daily",
    'Field required',
    "Unknown key 'schedule'; did you mean 'schedules'?",
  ]);
  expect(findManifestFaults({ ...manifest, tools: Array.from({ length: 60 }, () => 1) }, 'link-saver')).toHaveLength(50);
});

it('agrees with the published schema on every fault, but for rules between parts', () => {
  const isAccepted = new Ajv2020({ allowUnionTypes: true, strictTypes: false }).compile(MANIFEST_DOCUMENT);
  const RULES = ['app_id', 'icon', 'name', 'duplicate', 'prefix'];
  let refused = 0;
  for (const changed of [completeManifest, ...withOneFault(completeManifest)]) {
    const types = findManifestFaults(changed as Record<string, unknown>, 'link-saver').map(({ type }) => type);
    const isValid = isAccepted(changed);
    const disagrees = isValid ? types.some((type) => !RULES.includes(type)) : types.length === 0;
    if (disagrees) expect({ changed, types, errors: isAccepted.errors }).toBe('agreed');
    if (!isValid) refused++;
  }
  expect(refused).toBeGreaterThan(1_000);
});

it('survives deep nesting', () => {
  const deep = JSON.parse(`{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`) as Record<string, unknown>;
  expect(findManifestFaults(deep, 'link-saver')).toMatchObject([{ type: 'too_deep' }]);
  expect(exceedsDepth({ a: [1] }, 2)).toBe(false);
  expect(exceedsDepth({ a: [1] }, 1)).toBe(true);
});

it('returns the functions of a manifest, for every way of describing parameters', () => {
  const tools = [
    {
      name: 'save',
      description: 'Save.',
      action_type: 'write',
      parameters: { url: { type: 'string', required: true }, title: { type: 'string' } },
    },
    { name: 'list', params_schema: { type: 'object' } },
    { name: 'drop', description: 'An earlier one.' },
    { name: 'drop', description: 'Drop.', params_schema: { id: { type: 'string', required: true } } },
    { name: '__panel__main' },
  ];
  expect(functionsOf({ ...manifest, tools })).toEqual([
    {
      name: 'save',
      description: 'Save.',
      action_type: 'write',
      params_schema: { type: 'object', properties: { url: { type: 'string' }, title: { type: 'string' } }, required: ['url'] },
    },
    { name: 'list', description: '', action_type: null, params_schema: { type: 'object' } },
    {
      name: 'drop',
      description: 'Drop.',
      action_type: null,
      params_schema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    },
  ]);
  expect(functionsOf(manifest)).toEqual([]);
});

it('returns only strings of at most 50 characters as tags', () => {
  expect(tagsOf({ tags: ['links', 3, 'x'.repeat(51)] })).toEqual(['links']);
  expect(tagsOf({ tags: 'links' })).toEqual([]);
});

it('the manifest of a declarative app has the functions of the IR, with the marks that make them tasks', () => {
  const check = {
    ok: true,
    faults: [],
    warnings: [],
    version: '2.0.0',
    name: 'Links',
    description: '',
    panels: [],
    permissions: [],
    ir: {},
  };
  const functions = ['think', 'save'].map((name) => ({ name, description: '', params_schema: {}, action_type: 'write' }));
  const tools = [{ name: 'think', background: true, long_running: null }, { name: 'gone' }];
  expect(buildManifest({ tools }, 'links', { ...check, functions } as never)['tools']).toEqual([
    { ...functions[0], background: true, long_running: null },
    functions[1],
  ]);
});

it('the tools that name an endpoint make an IR whose functions run there', () => {
  const endpoint = 'https://example.com/f';
  const tools = [{ name: 'f', description: 'Does it.', endpoint, params_schema: { type: 'object' } }, { name: 'g' }];
  const ir = irOfServers({ app_id: 'notes', version: '1.2.0', tools }, 'Notes');
  const fn = {
    name: 'f',
    description: 'Does it.',
    params_schema: { type: 'object' },
    return_schema: null,
    action_type: null,
    effects: [],
    event: '',
  };
  expect(ir).toEqual({
    ir_version: '1.0',
    app: { id: 'notes', version: '1.2.0', title: 'Notes', functions: [{ ...fn, impl: { kind: 'http', url: endpoint } }] },
  });
  expect(irOfServers({ app_id: 'notes', version: '1.2.0', tools: [{ name: 'g' }] }, 'Notes')).toBeUndefined();
});

it('an endpoint that is no address is refused', () => {
  const tools = [{ name: 'f', endpoint: 'file:///etc/passwd' }];
  expect(findManifestFaults({ app_id: 'notes', version: '1.2.0', tools }, 'notes')).toMatchObject([{ loc: ['tools', 0, 'endpoint'] }]);
});
