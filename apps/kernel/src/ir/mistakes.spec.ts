import type { FaultCode } from '@skep/contracts/authoring';
import { describe, expect, it } from '@jest/globals';
import { checkIr } from './check-ir.js';
import type { JsonObject } from './ir.js';

// What authors do wrong most often. Each mistake is one change of an app without faults.

const save = { id: 'save', op: 'store.create', args: { kind: 'link', data: { url: '{{event.url}}' } } };
const tell = { id: 'tell', op: 'send', args: { message: 'Saved {{steps.save.id}}' } };
const params_schema = { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] };
const FUNCTION = ['app', 'functions', 0];
const STEP = [...FUNCTION, 'impl', 'steps'];

const appWith = (app: object = {}, root: object = {}) => ({
  ir_version: '1.0',
  app: { id: 'links', version: '1.0.0', title: 'Links', capabilities: ['store:write'], functions: [fn({})], ...app },
  ...root,
});
const fn = (more: object) => ({ name: 'save_link', params_schema, impl: { kind: 'declarative', steps: [save, tell] }, ...more });
const withFunction = (more: object) => appWith({ functions: [fn(more)] });
const withSteps = (...steps: object[]) => withFunction({ impl: { kind: 'declarative', steps } });
const check = (ir: unknown) => checkIr(ir, 'links');

it('the app has no faults', () => expect(check(appWith())).toMatchObject({ errors: [], warnings: [] }));

describe('an author who is mistaken once learns where, what and what they meant', () => {
  it.each<[mistake: string, ir: unknown, code: FaultCode, loc: (string | number)[], msg: string]>([
    [
      'a verb',
      withSteps({ ...save, op: 'store.crate' }),
      'unknown-op',
      [...STEP, 0, 'op'],
      "unknown op 'store.crate'; did you mean 'store.create'?",
    ],
    [
      'the name of an argument',
      withSteps({ ...save, args: { kind: 'link', dat: {} } }),
      'missing-argument',
      [...STEP, 0, 'args', 'data'],
      "store.create needs 'data'; did you mean 'data' instead of 'dat'?",
    ],
    [
      'a step in a binding',
      withSteps(save, { ...tell, args: { message: '{{steps.sav.id}}' } }),
      'unknown-step',
      [...STEP, 1, 'args', 'message'],
      "names the unknown step 'sav'; did you mean 'save'?",
    ],
    [
      'a step as a root',
      withSteps(save, { ...tell, args: { message: '{{save.id}}' } }),
      'unknown-root',
      [...STEP, 1, 'args', 'message'],
      "did you mean '{{steps.save.id}}'?",
    ],
    [
      'a param as a root',
      withSteps(save, { ...tell, args: { message: '{{url}}' } }),
      'unknown-root',
      [...STEP, 1, 'args', 'message'],
      "did you mean '{{event.url}}'?",
    ],
    [
      'the end of a binding',
      withSteps(save, { ...tell, args: { message: '{{event.url' } }),
      'unclosed-binding',
      [...STEP, 1, 'args', 'message'],
      'is not closed: add }}',
    ],
    [
      'a filter',
      withSteps({ ...tell, args: { message: '{{event.url | cuont}}' } }),
      'invalid-binding',
      [...STEP, 0, 'args', 'message'],
      "did you mean 'count'?",
    ],
    ['the id of the app', appWith({ id: 'lnks' }), 'wrong-app-id', ['app', 'id'], "app.id is 'lnks', but this app is 'links': use 'links'"],
    ['the version', appWith({ version: '1.0' }), 'invalid-version', ['app', 'version'], "version '1.0' must look like 1.2.3"],
    ['the version of the language', appWith({}, { ir_version: '2' }), 'unsupported-version', ['ir_version'], "use '1.0'"],
    [
      'a dash',
      withFunction({ name: 'save-link' }),
      'invalid-name',
      [...FUNCTION, 'name'],
      "letters, digits and '_'; did you mean 'save_link'?",
    ],
    [
      'a function to call',
      withSteps({ id: 'call', op: 'call', args: { function: 'save_lnk' } }),
      'unknown-function',
      [...STEP, 0, 'args', 'function'],
      "this app has no function 'save_lnk'; did you mean 'save_link'?",
    ],
    [
      'a type in a params_schema',
      withFunction({ params_schema: { type: 'object', properties: { url: { type: 'text' } } } }),
      'invalid-schema',
      [...FUNCTION, 'params_schema'],
      "params_schema is not a JSON Schema: 'properties.url.type'",
    ],
    [
      'a key of the envelope',
      appWith({}, { irversion: '1.0' }),
      'unknown-key',
      ['irversion'],
      "'irversion' is not a known key; did you mean 'ir_version'?",
    ],
    [
      'a key of a function',
      withFunction({ descripton: 'Saves.' }),
      'unknown-key',
      [...FUNCTION, 'descripton'],
      "did you mean 'description'?",
    ],
    [
      'a kind',
      withFunction({ impl: { kind: 'declaritive', steps: [] } }),
      'unknown-kind',
      [...FUNCTION, 'impl'],
      "'kind' is missing or unknown; did you mean 'declarative'?",
    ],
    [
      'the target of a condition',
      withSteps(save, { id: 'if', op: 'conditional', if: { field: '{{prev}}', exists: true }, then: 'sav' }),
      'unknown-step',
      [...STEP, 1, 'then'],
      "did you mean 'save'?",
    ],
  ])('%s', (_, ir, code, loc, msg) => {
    expect(check(ir).errors).toEqual([{ code, loc, msg: expect.stringContaining(msg) }]);
  });

  it.each<[mistake: string, ir: unknown, code: FaultCode, loc: (string | number)[], msg: string]>([
    ['a capability', appWith({ capabilities: [] }), 'missing-capability', [...STEP, 0, 'op'], "does not list the capability 'store:write'"],
    [
      'a param in a binding',
      withSteps({ ...save, args: { kind: 'link', data: { url: '{{event.ulr}}' } } }),
      'unknown-param',
      [...STEP, 0, 'args', 'data', 'url'],
      "params_schema does not declare 'ulr'; did you mean 'url'?",
    ],
    [
      'an optional argument',
      withSteps({ id: 'all', op: 'store.list', args: { kind: 'link', limt: 3 } }),
      'unknown-argument',
      [...STEP, 0, 'args', 'limt'],
      "store.list has no argument 'limt'; did you mean 'limit'?",
    ],
    [
      'a function of a built-in extension',
      withSteps({ id: 'call', op: 'call', args: { app_id: 'billing', function: 'get_balanse' } }),
      'unknown-function',
      [...STEP, 0, 'args', 'function'],
      "'billing' has no function 'get_balanse'; did you mean 'get_balance'?",
    ],
  ])('%s, with a warning', (_, ir, code, loc, msg) => {
    expect(check(ir)).toMatchObject({ errors: [], warnings: [{ code, loc, msg: expect.stringContaining(msg) }] });
  });
});

describe('an author who is mistaken many times', () => {
  const codes = (ir: unknown) => {
    const { errors, warnings } = check(ir);
    return { errors: errors.map(({ code, loc }) => [code, loc.join('.')]), warnings: warnings.map(({ code }) => code) };
  };
  const steps = 'app.functions.0.impl.steps';

  it('learns everything at once, although parts have the wrong structure', () => {
    const broken = [
      { op: 'send', args: { message: '{{nope}}' } },
      { ...save, op: 'store.crate' },
      { id: 'tell', op: 'send' },
    ];
    const functions = [fn({ surprise: 1, action_type: 'delete', impl: { kind: 'declarative', steps: broken } }), fn({ name: 'save-link' })];
    const { title: _, ...app } = appWith({ functions, capabilities: [], version: '1' }).app;
    expect(codes({ ir_version: '2', app })).toEqual({
      errors: [
        ['missing-key', 'app.title'],
        ['unknown-key', 'app.functions.0.surprise'],
        ['invalid-value', 'app.functions.0.action_type'],
        ['missing-key', `${steps}.0.id`],
        ['missing-key', `${steps}.2.args`],
        ['unsupported-version', 'ir_version'],
        ['invalid-version', 'app.version'],
        ['invalid-name', 'app.functions.1.name'],
        ['unknown-root', `${steps}.0.args.message`],
        ['unknown-op', `${steps}.1.op`],
      ],
      warnings: ['missing-capability'],
    });
  });

  it.each<[JsonObject | null, string[]]>([
    [null, ['invalid-value']],
    [{}, ['missing-key', 'missing-key']],
    [{ ir_version: '1.0', app: [] }, ['invalid-value']],
    [{ ir_version: '1.0', app: { id: 'links', version: '1.0.0', title: 'Links', functions: {} } }, ['invalid-value']],
    [{ ir_version: '1.0', app: { id: 'links', version: '1.0.0', title: 'Links', functions: ['save'] } }, ['invalid-value']],
  ])('gets no fault for what a part could not have: %j', (ir, expected) =>
    expect(check(ir).errors.map(({ code }) => code)).toEqual(expected),
  );
});
