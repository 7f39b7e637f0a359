import { describe, expect, it } from '@jest/globals';
import { checkIr } from './check-ir.js';
import type { JsonObject } from './ir.js';

const warnings = (app: object) => {
  const { errors, warnings } = checkIr({ ir_version: '1.0', app: { id: 'x', version: '1.0.0', title: 'X', ...app } }, 'x');
  expect(errors).toEqual([]);
  return warnings;
};
const say = { id: 's', op: 'send', args: { message: 'Hi {{event.nn}}' } };
const withSchema = (params_schema: JsonObject, step: object = say) =>
  warnings({ functions: [{ name: 'f', params_schema, impl: { kind: 'declarative', steps: [step] } }] });
const withStep = (op: string, args: object, capabilities: string[] = []) =>
  warnings({ capabilities, functions: [{ name: 'f', impl: { kind: 'declarative', steps: [{ id: 's', op, args }] } }] }).map(
    ({ msg }) => msg,
  );

describe('an author is warned of a binding', () => {
  const n = { type: 'string' };

  it('of an undeclared param, with its location', () => {
    const loc = ['app', 'functions', 0, 'impl', 'steps', 0, 'args', 'message'];
    const msg = "function 'f', step 's': '{{event.nn}}' is always empty: params_schema does not declare 'nn'";
    const code = 'unknown-param';
    expect(withSchema({ type: 'object', properties: { n } })).toEqual([{ code, loc, msg: `${msg}; did you mean 'n'?` }]);
    expect(withSchema({ properties: {}, additionalProperties: false })).toEqual([{ code, loc, msg }]);
    expect(withSchema({ n })).toEqual([{ code, loc, msg: `${msg}; did you mean 'n'?` }]);
  });

  it('by either name of the params, and in a condition', () => {
    const condition = { id: 's', op: 'conditional', if: { field: '{{args.nn.x}}', exists: true }, then: 's' };
    expect(withSchema({ properties: { n } }, condition)).toMatchObject([{ loc: expect.arrayContaining(['if', 'field']) }]);
  });

  it.each<JsonObject>([
    {},
    { type: 'object' },
    { properties: { nn: n } },
    { nn: n },
    { properties: { n }, required: ['nn'] },
    { properties: { n }, additionalProperties: true },
    { properties: { n }, additionalProperties: { type: 'string' } },
    { properties: { n }, patternProperties: { '^n': n } },
    { properties: { n }, allOf: [{ properties: { nn: n } }] },
    { properties: { n }, $ref: '#/$defs/more', $defs: { more: { properties: { nn: n } } } },
  ])('unless the schema accepts it: %j', (schema) => expect(withSchema(schema)).toEqual([]));
});

describe('an author is warned of a step without its capability', () => {
  it.each([
    ['store.create', { kind: 'k', data: {} }, 'store:write', ['store:write', 'store:*', '*']],
    ['store.delete', { kind: 'k', id: 'i' }, 'store:write', ['store:write', 'store:*', '*']],
    ['store.list', { kind: 'k' }, 'store:read', ['store:read', 'store:write', 'store:*', '*']],
    ['ai.complete', { prompt: 'p' }, 'ai:complete', ['ai:complete', 'ai:*', '*']],
  ])('%s', (op, args, capability, sufficient) => {
    const msg = `function 'f', step 's': ${op}: the app does not list the capability '${capability}'`;
    expect(withStep(op, args)).toEqual([msg]);
    expect(withStep(op, args, ['notes:write'])).toEqual([msg]);
    for (const one of sufficient) expect(withStep(op, args, [one])).toEqual([]);
  });

  it('but reading does not include writing', () => {
    expect(withStep('store.create', { kind: 'k', data: {} }, ['store:read'])).toHaveLength(1);
  });

  it('call, of another app', () => {
    const call = (args: object, capabilities?: string[]) => withStep('call', args, capabilities);
    expect(call({ function: 'f' })).toEqual([]);
    expect(call({ function: 'add', app_id: 'links' })[0]).toContain("no capability for 'links': 'links:read' or 'links:write'");
    expect(call({ function: 'add', app_id: '{{event.app}}' })[0]).toContain('no capability for another app');
    expect(call({ function: 'nope', app_id: 'billing' }, ['billing:*'])[0]).toContain("'billing' has no function 'nope'");
    for (const capability of ['links:read', 'links:*', '*']) {
      expect(call({ function: 'add', app_id: 'links' }, [capability])).toEqual([]);
      expect(call({ function: 'add', app_id: '{{event.app}}' }, [capability])).toEqual([]);
    }
  });

  it.each([
    ['send', { message: 'm' }],
    ['navigate', { url: '/' }],
    ['open', { target: 't' }],
  ])('but %s needs none', (op, args) => expect(withStep(op, args)).toEqual([]));
});

it('the flat form, which cannot list capabilities, causes no warning', () => {
  const steps = [{ id: 's', action: 'store.create', params: { collection: 'task', data: { title: '{{title}}' } } }];
  expect(checkIr({ app_id: 'x', version: '1.0.0', steps }, 'x')).toMatchObject({ errors: [], warnings: [] });
});
