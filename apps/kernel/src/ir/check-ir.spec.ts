import { describe, expect, it } from '@jest/globals';
import { checkIr } from './check-ir.js';
import { archiver, linkSaver } from './examples.fixture.js';

const store = { id: 's1', op: 'store.list', args: { kind: 'link' } };

function withApp(app: object, root: object = {}): unknown {
  const functions = [{ name: 'f', impl: { kind: 'declarative' } }];
  return { ir_version: '1.0', app: { id: 'x', version: '1.0.0', title: 'X', functions, ...app }, ...root };
}
const withFunctions = (...functions: object[]): unknown => withApp({ functions });
const withSteps = (...steps: unknown[]): unknown => withFunctions({ name: 'f', impl: { kind: 'declarative', steps } });
const messages = (input: unknown, appId = 'x'): string[] => checkIr(input, appId).errors.map(({ msg }) => msg);
const errorsOf = (...steps: unknown[]): string[] => messages(withSteps(...steps));

describe('an author deploys an app', () => {
  it.each([linkSaver, archiver])('that is valid, and gets every default filled in', (example) => {
    const { ir, errors, normalised } = checkIr(example, example.app.id);
    expect(errors).toEqual([]);
    expect(normalised).toBe(false);
    expect(ir?.app).toMatchObject({ ...example.app, description: '', capabilities: [], data: null, automations: [] });
    expect(ir?.app.functions[0]).toMatchObject({ effects: [], event: '', return_schema: null });
  });

  it('and the given object stays unchanged', () => {
    const before = structuredClone(linkSaver);
    const { ir } = checkIr(linkSaver, 'bookmarks');
    expect(linkSaver).toEqual(before);
    expect(ir).not.toBe(linkSaver);
  });

  it('with only the required keys', () => {
    expect(checkIr(withFunctions({ name: 'f', impl: { kind: 'declarative' } }), 'x').ir?.app.functions[0]?.impl).toEqual({
      kind: 'declarative',
      steps: [],
    });
  });

  it('with at least one function or panel', () => {
    const ui = { panels: [{ panel_id: 'p', slot: 'left', render: { kind: 'static' } }] };
    expect(messages(withApp({ functions: [], ui }))).toEqual([]);
    for (const nothing of [{ functions: [] }, { functions: [], ui: {} }])
      expect(checkIr(withApp(nothing), 'x').errors).toEqual([
        { code: 'no-functions', loc: ['app', 'functions'], msg: 'the app has no functions: add a function or a panel' },
      ]);
  });

  it('under an id of either published pattern, but not that of another app', () => {
    expect(messages({ ...(withApp({ id: 'My_App' }) as object) }, 'My_App')).toEqual([]);
    expect(messages(withApp({ id: 'a b' }), 'a b')[0]).toMatch(/1 to 64 letters/);
    expect(checkIr(withApp({}), 'y').errors).toEqual([
      { code: 'wrong-app-id', loc: ['app', 'id'], msg: "app.id is 'x', but this app is 'y': use 'y'" },
    ]);
  });

  it.each(['1.0', '1', '1.0.0'])('of version %s of the language', (ir_version) =>
    expect(messages(withApp({}, { ir_version }))).toEqual([]),
  );
  it.each(['2.0', '', 'latest'])('not of version %s of the language', (ir_version) => {
    expect(messages(withApp({}, { ir_version }))[0]).toMatch(/ir_version/);
  });
  it.each(['1.0.0', '0.1.2-beta.1', '1.0.0+7'])('with version %s', (version) => expect(messages(withApp({ version }))).toEqual([]));
  it('with icons that are names, emoji or web addresses, and no others', () => {
    const panel = (icon: string) => ({ panel_id: 'p', slot: 'left', icon, render: { kind: 'static' } });
    const withIcons = (icon: string) => checkIr(withApp({ icon, ui: { panels: [panel(icon)] } }), 'x').errors;
    for (const icon of ['link', '🔗', 'https://example.com/link.svg']) expect(withIcons(icon)).toEqual([]);
    expect(withIcons('javascript:alert(1)').map(({ loc }) => loc.join('.'))).toEqual(['app.icon', 'app.ui.panels.0.icon']);
  });
  it.each(['1.0', 'v1.0.0', ''])('not with version %s', (version) => expect(messages(withApp({ version }))[0]).toMatch(/must look like/));
});

describe('an author gets the faults of the structure', () => {
  it.each([
    ['nothing at all', undefined, 'is not a JSON value'],
    ['null', null, "'the IR' must be object"],
    ['no app', { ir_version: '1.0' }, "'app' is missing"],
    ['no title', { ir_version: '1.0', app: { id: 'x', version: '1.0.0' } }, "'title' is missing"],
    ['an unknown key at the root', withApp({}, { extra: 1 }), "'extra' is not a known key: remove it"],
    ['an unknown key of the app', withApp({ extra: 1 }), "'extra' is not a known key: remove it"],
    [
      'an unknown key of a function',
      withFunctions({ name: 'f', extra: 1, impl: { kind: 'declarative' } }),
      "function 'f': 'extra' is not a known key: remove it",
    ],
    [
      'an unknown key of an impl',
      withFunctions({ name: 'f', impl: { kind: 'declarative', module: 'm' } }),
      "function 'f': 'module' is not a known key: remove it",
    ],
    ['an unknown kind', withFunctions({ name: 'f', impl: { kind: 'magic' } }), "function 'f': 'kind' is missing or unknown"],
    [
      'an unknown action type',
      withFunctions({ name: 'f', action_type: 'delete', impl: { kind: 'declarative' } }),
      "'action_type' must be one of read, write",
    ],
    ['steps that are no list', withFunctions({ name: 'f', impl: { kind: 'declarative', steps: {} } }), "'steps' must be array"],
    [
      'an unknown slot',
      withApp({ ui: { panels: [{ panel_id: 'p', slot: 'top', render: { kind: 'static' } }] } }),
      "panel 'p': 'slot' must be one of center",
    ],
    ['a ttl of no length', withApp({ skeleton: [{ section: 's', producer: { kind: 'declarative' }, ttl: 0 }] }), "'ttl' must be >= 1"],
  ])('%s', (_, input, message) => {
    const { ir, errors } = checkIr(input, 'x');
    expect(ir).toBeUndefined();
    expect(errors.map(({ msg }) => msg).join('; ')).toContain(message);
  });

  it('with the location of the fault', () => {
    expect(checkIr(withSteps({ ...store, id: 7 }), 'x').errors[0]?.loc).toEqual(['app', 'functions', 0, 'impl', 'steps', 0, 'id']);
  });

  it('of a step without id, or with an empty one', () => {
    expect(errorsOf({ op: 'store.list', args: { kind: 'k' } })).toEqual(["function 'f': 'id' is missing"]);
    expect(errorsOf({ ...store, id: '' })[0]).toMatch(/'id' must NOT have fewer than 1/);
  });

  it('all at once, but at most fifty', () => {
    expect(
      checkIr(withFunctions({ name: 'a b', impl: { kind: 'declarative', steps: [{ id: 's', op: 'x', args: {} }] } }), 'y').errors,
    ).toHaveLength(3);
    expect(errorsOf(...Array.from({ length: 60 }, (_, i) => ({ id: `s${i}`, op: 'nope', args: {} })))).toHaveLength(50);
  });
});

describe('an author stays within the limits', () => {
  const functions = (count: number): object[] =>
    Array.from({ length: count }, (_, i) => ({ name: `f${i}`, impl: { kind: 'declarative' } }));
  const steps = (count: number): object[] => Array.from({ length: count }, (_, i) => ({ ...store, id: `s${i}` }));
  const nested = (depth: number): unknown => (depth ? { a: nested(depth - 1) } : 1);

  it('of 256 functions', () => {
    expect(messages(withFunctions(...functions(256)))).toEqual([]);
    expect(messages(withFunctions(...functions(257)))[0]).toMatch(/256/);
  });
  it('of 64 steps', () => {
    expect(errorsOf(...steps(64))).toEqual([]);
    expect(errorsOf(...steps(65))[0]).toMatch(/64/);
  });
  it('of 20,000 values', () => {
    expect(messages(withApp({ capabilities: Array.from({ length: 20_000 }, () => 1) }))).toEqual(['the IR has more than 20000 values']);
  });
  it('of the size of all schemas together', () => {
    const params_schema = { enum: Array.from({ length: 2000 }, (_, i) => i) };
    const functions = Array.from({ length: 6 }, (_, i) => ({ name: `f${i}`, params_schema, impl: { kind: 'declarative' } }));
    const said = messages(withFunctions(...functions));
    expect(said).toHaveLength(2);
    expect(said[0]).toContain("function 'f4': params_schema is too large together with those of other functions");
  });
  it('of the length of a message', () => {
    const [fault] = messages(withFunctions({ name: 'f'.repeat(100_000), impl: { kind: 'declarative' } }));
    expect(fault).toHaveLength(1000);
  });
  it('of 256 KiB', () => {
    expect(messages(withApp({ description: 'x'.repeat(255 * 1024) }))).toEqual([]);
    expect(messages(withApp({ description: 'x'.repeat(256 * 1024) }))).toEqual(['the IR is larger than 256 KiB']);
  });
  it('of 32 levels', () => {
    expect(messages(withApp({ data: nested(30) }))).toEqual([]);
    expect(messages(withApp({ data: nested(31) }))).toEqual(['the IR is nested deeper than 32 levels']);
  });
  it('without NUL characters and __proto__ keys', () => {
    expect(messages(withApp({ title: 'a\0b' }))).toEqual(['the IR contains a NUL character']);
    expect(messages(withApp({ data: JSON.parse('{"__proto__": {}}') as object }))).toEqual(["the IR contains the key '__proto__'"]);
  });
  it('even if the value is cyclic', () => {
    const loop: Record<string, unknown> = {};
    loop['a'] = loop;
    expect(messages(loop)[0]).toMatch(/deeper than 32/);
  });
});

describe('an author names functions', () => {
  it.each(['__panel__notes', '__webhook__', '__init__', 'tool_notes_chat'])('but not %s', (name) => {
    expect(messages(withFunctions({ name, impl: { kind: 'declarative' } }))).toEqual([
      `function '${name}': the name is reserved: choose another one`,
    ]);
  });
  it.each(['', 'a b', '1st', 'a.b'])('with an identifier, not "%s"', (name) => {
    expect(messages(withFunctions({ name, impl: { kind: 'declarative' } }))[0]).toMatch(/must be an identifier/);
  });
  it('each once', () => {
    const f = { name: 'f', impl: { kind: 'declarative' } };
    expect(messages(withFunctions(f, f))).toEqual(["function 'f': another function has the same name: rename one"]);
  });
  it('whose params_schema is a JSON Schema', () => {
    const schema = (params_schema: object): string[] =>
      messages(withFunctions({ name: 'f', params_schema, impl: { kind: 'declarative' } }));
    expect(schema({ type: 'object', required: ['a'] })).toEqual([]);
    expect(schema({ type: { type: 'thing' } })[0]).toMatch(/^function 'f': params_schema is not a JSON Schema: 'properties.type.type'/);
    expect(schema({ type: 'thing' })[0]).toMatch(/^function 'f': params_schema is not a JSON Schema: 'type'/);
    expect(schema({ $ref: 'https://elsewhere.example/s.json' })[0]).toMatch(/must begin with '#\/'/);
  });
});

describe('an author writes params as a map of names', () => {
  const names = { id: { type: 'string' }, const: { type: 'integer', required: true }, type: { type: 'string' } };
  const given = (params_schema: object) => checkIr(withFunctions({ name: 'f', params_schema, impl: { kind: 'declarative' } }), 'x');

  it('and gets their JSON Schema, even if they are named like its keywords', () => {
    const { ir, errors, normalised } = given(names);
    expect(errors).toEqual([]);
    expect(normalised).toBe(true);
    expect(ir?.app.functions[0]?.params_schema).toEqual({
      type: 'object',
      properties: { id: { type: 'string' }, const: { type: 'integer' }, type: { type: 'string' } },
      required: ['const'],
    });
    expect(checkIr(ir, 'x')).toEqual({ ir, errors: [], warnings: [], normalised: false });
  });

  it('that is not nested deeper than a release may be', () => {
    const nested = (depth: number): object => (depth ? { properties: { a: nested(depth - 1) } } : {});
    const map = (depth: number): object => ({ id: { type: 'object', ...nested(depth) } });
    expect(given(map(12)).ir).toBeDefined();
    expect(given(map(13)).errors).toMatchObject([{ msg: 'the IR is nested deeper than 32 levels' }]);
  });
});

describe('an author whose app needs code', () => {
  const code = { kind: 'code', module: 'main.js', entry: 'e' };
  const modules = { 'main.js': 'export const e = () => 1;' };
  const kinds: [string, (impl: object, more?: object) => unknown][] = [
    ['function', (impl, more = {}) => withApp({ functions: [{ name: 'f', impl }], ...more })],
    ['panel', (render, more = {}) => withApp({ ui: { panels: [{ panel_id: 'p', slot: 'left', render }] }, ...more })],
    ['skeleton section', (producer, more = {}) => withApp({ skeleton: [{ section: 's', producer }], ...more })],
  ];
  it.each(kinds)('gets a fault for a %s without the module, or without the export', (_, withCode) => {
    expect(messages(withCode(code))).toEqual([expect.stringMatching(/the app has no module 'main\.js': add its text to 'app\.modules'$/)]);
    expect(messages(withCode({ ...code, entry: 'other' }, { modules }))).toEqual([
      expect.stringMatching(/module 'main\.js' does not export 'other'$/),
    ]);
    expect(messages(withCode(code, { modules }))).toEqual([]);
  });

  it('gets one fault for a module that is not JavaScript, whoever uses it', () => {
    const functions = ['a', 'b'].map((name) => ({ name, impl: code }));
    expect(messages(withApp({ functions, modules: { 'main.js': 'export const e = ;' } }))).toEqual([
      "module 'main.js': it is not JavaScript: Unexpected token (1:17)",
    ]);
  });

  it('gets a fault for a path that is none', () => {
    expect(messages(withApp({ functions: [{ name: 'a', impl: code }], modules: { '../main.js': '' } })).join()).toMatch(
      /^module '\.\.\/main\.js': the path must be/,
    );
  });
});

describe('an author writes steps', () => {
  it('with known verbs', () => {
    const [message] = errorsOf({ id: 's1', op: 'store.explode', args: {} });
    expect(message).toMatch(/^function 'f', step 's1': unknown op 'store.explode'; use one of store.create/);
    expect(errorsOf({ id: 's1', op: 'toString', args: {} })[0]).toMatch(/unknown op 'toString'/);
  });

  it.each([
    ['store.create', { kind: 'k' }, "'data'"],
    ['store.create', { data: {} }, "'kind'"],
    ['store.get', { kind: 'k' }, "'id'"],
    ['store.list', {}, "'kind'"],
    ['store.update', { kind: 'k', id: 'i' }, "'set'"],
    ['store.delete', { id: 'i' }, "'kind'"],
    ['ai.complete', {}, "'prompt'"],
    ['call', {}, "'function'"],
    ['send', {}, "'message'"],
    ['navigate', {}, "'url'"],
    ['open', {}, "'target'"],
  ])('%s with all required args: %j lacks %s', (op, args, name) => {
    expect(errorsOf({ id: 's1', op, args })).toEqual([`function 'f', step 's1': ${op} needs ${name}`]);
  });

  it.each([
    ['store.create', { kind: 'k', data: 'text' }, "'data' must be an object"],
    ['store.create', { kind: '', data: {} }, "'kind' must be a non-empty string"],
    ['store.list', { kind: 'k', limit: 1.5 }, "'limit' must be an integer above 0"],
    ['store.list', { kind: 'k', limit: 'x {{event.n}}' }, "'limit' must be an integer above 0"],
    ['store.list', { kind: 'k', ids: 'a' }, "'ids' must be an array of strings"],
    ['store.list', { kind: 'k', ids: [1] }, "'ids' must be an array of strings"],
    ['store.list', { kind: 'k', where: [] }, "'where' must be an object"],
    ['ai.complete', { prompt: 'p', temperature: 3 }, "'temperature' must be a number from 0 to 2"],
    ['send', { message: 1 }, "'message' must be a string"],
    ['call', { function: 'f', params: 'p' }, "'params' must be an object"],
  ])('%s with args of the right type: not %j', (op, args, message) => {
    expect(errorsOf({ id: 's1', op, args })).toEqual([`function 'f', step 's1': ${op}: ${message}`]);
  });

  it('with a whole binding for an argument of any type', () => {
    const args = { kind: '{{event.k}}', where: '{{event.w}}', limit: '{{ event.n }}', ids: ['{{event.a}}', 'b'] };
    expect(errorsOf({ id: 's1', op: 'store.list', args }, { id: 's2', op: 'store.create', args: { kind: 'k', data: '{{prev}}' } })).toEqual(
      [],
    );
  });

  it.each([{}, { id: 'a', ids: ['b'] }, { id: 'a', where: {} }])('that select documents in exactly one way, not %j', (chosen) => {
    expect(errorsOf({ id: 's1', op: 'store.update', args: { kind: 'k', set: {}, ...chosen } })[0]).toMatch(
      /exactly one of 'id', 'ids', 'where'/,
    );
    expect(errorsOf({ id: 's1', op: 'store.delete', args: { kind: 'k', ...chosen } })[0]).toMatch(/exactly one of 'id', 'ids', 'where'/);
  });

  it('with args', () => expect(errorsOf({ id: 's1', op: 'send' })).toEqual(["function 'f', step 's1': 'args' is missing"]));
  it('with ids of their own', () =>
    expect(errorsOf(store, store)).toEqual(["function 'f', step 's1': another step of this function has the same id: rename one"]));
  it.each(['__proto__', 'constructor', 'prototype'])('not called %s', (id) => expect(errorsOf({ ...store, id })[0]).toMatch(/is reserved/));

  it.each([
    [{ if: { field: 'a' }, then: 's1' }, 'needs exactly one of eq, neq, gt, lt, in, exists'],
    [{ if: { field: 'a', eq: 1, gt: 2 }, then: 's1' }, 'needs exactly one of'],
    [{ if: { eq: 1 }, then: 's1' }, "'field' is missing"],
    [{ then: 's1' }, "'if' is missing"],
    [{ if: { field: 'a', eq: 1 } }, "'then' is missing"],
    [{ if: { field: 'a', eq: 1 }, then: 'nope' }, "'then' names the unknown step 'nope'"],
    [{ if: { field: 'a', eq: 1 }, then: 's1', else: 'nope' }, "'else' names the unknown step 'nope'"],
    [{ if: { field: 'a', exists: 'yes' }, then: 's1' }, "'exists' must be true or false"],
  ])('and complete conditionals with existing targets, not %j', (conditional, message) => {
    const errors = errorsOf(store, { id: 'if', op: 'conditional', ...conditional });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain("function 'f', step 'if': ");
    expect(errors[0]).toContain(message);
  });

  it('and conditionals that end the function', () => {
    expect(errorsOf(store, { id: 'if', op: 'conditional', if: { field: 'a', exists: true }, then: 's1', else: null })).toEqual([]);
  });

  it('and calls of functions that can be called', () => {
    const call = (args: object): string[] => errorsOf({ id: 's1', op: 'call', args });
    expect(call({ function: 'f' })).toEqual([]);
    expect(call({ function: 'g', app_id: 'other' })).toEqual([]);
    expect(call({ function: '{{event.f}}', app_id: '{{event.a}}' })).toEqual([]);
    expect(call({ function: 'g' })[0]).toMatch(/this app has no function 'g'/);
    expect(call({ function: 'g', app_id: 'x' })[0]).toMatch(/this app has no function 'g'/);
    expect(call({ function: '__panel__a', app_id: 'other' })[0]).toMatch(/is not a function name, or is reserved/);
    expect(call({ function: 'a/b', app_id: 'other' })[0]).toMatch(/is not a function name, or is reserved/);
    expect(call({ function: 'g', app_id: '../x' })[0]).toMatch(/is not an app id/);
  });

  it('and an output name for a completion', () => {
    const ai = (output: string): string[] =>
      errorsOf(
        store,
        { id: 'a', op: 'ai.complete', args: { prompt: 'p', output } },
        { id: 'b', op: 'send', args: { message: '{{steps.sum.text}}' } },
      );
    expect(ai('sum')).toEqual([]);
    expect(ai('s1')[0]).toMatch(/'output' must not be the id of a step/);
    expect(ai('a b')[0]).toMatch(/'output' must be an identifier/);
  });
});

describe('an author writes bindings', () => {
  const send = (message: string): string[] => errorsOf({ id: 's1', op: 'send', args: { message } });

  it('of the roots of a run', () => expect(send('{{event.a}} {{args.a}} {{steps.s1.b}} {{prev.c.0}} {{ not one }} {{}}')).toEqual([]));
  it('of no other root', () => {
    expect(send('hi {{params.url}}')).toEqual([
      "function 'f', step 's1': the binding '{{params.url}}' must begin with one of event, args, steps, prev",
    ]);
    expect(send('{{steps.nope.id}}')[0]).toMatch(/names the unknown step 'nope'/);
  });
  it.each(['__proto__', 'constructor', 'prototype'])('not through %s', (key) => {
    expect(send(`{{event.a.${key}.b}}`)[0]).toMatch(new RegExp(`must not contain '${key}'`));
  });
  it('also deep within args, and in conditions', () => {
    expect(errorsOf({ id: 's1', op: 'store.create', args: { kind: 'k', data: { a: [{ b: '{{nope}}' }] } } })[0]).toMatch(/must begin with/);
    expect(errorsOf({ id: 's1', op: 'conditional', if: { field: '{{nope}}', eq: 1 }, then: 's1' })[0]).toMatch(/must begin with/);
  });
  it('that are closed', () => {
    const place = ['app', 'functions', 0, 'impl', 'steps', 0, 'args', 'message'];
    expect(checkIr(withSteps({ id: 's1', op: 'send', args: { message: '{{prev.a}} {{event.x' } }), 'x').errors).toEqual([
      { code: 'unclosed-binding', loc: place, msg: "function 'f', step 's1': the binding '{{event.x' is not closed: add }}" },
    ]);
    for (const text of ['{{ args', '{{event.x}', '{{event.x | default: "a"} {{event.y}}', '{{who.name'])
      expect(send(text)).toEqual([expect.stringContaining('is not closed')]);
    for (const text of ['{{', '{{ }', '\\frac{{a}}{b}', '{"a":{"b":"{{event.x}}"}}', '{{some words'])
      expect(send(text).join()).not.toContain('is not closed');
  });
  it('with known filters', () => {
    expect(send('{{event.a | count}} {{event.b | default: "x"}} {{event.c | format: ",.2f"}}')).toEqual([]);
    expect(send('{{event.a | upper}}')[0]).toMatch(/unknown filter 'upper'/);
    expect(send('{{event.a | format: "%d"}}')[0]).toMatch(/unknown format/);
    expect(send('{{event.a | count twice}}')[0]).toMatch(/invalid filter syntax at 'twice'/);
  });
});

describe('an author draws panels', () => {
  const panel = (tree: unknown, kind = 'template'): string[] =>
    messages(withApp({ ui: { panels: [{ panel_id: 'p', slot: 'left', render: { kind, tree } }] } }));
  const text = { type: 'Text', props: { text: '{{item.title}}' } };

  it('with complete directives', () => {
    expect(panel({ type: 'List', props: { items: { $repeat: '{{data.links}}', as: 'item', node: text } } })).toEqual([]);
    expect(panel({ $if: { field: '{{a}}', exists: true }, node: text })).toEqual([]);
    expect(panel({ $if: { left: '{{a}}', op: 'gt', right: 1 }, node: text })).toEqual([]);
  });
  it.each([
    [{ type: 'List', props: { items: { $repeat: '{{a}}' } } }, "'$repeat' needs a 'node'"],
    [{ type: 'List', props: { items: { $repeat: 'a {{a}}', node: text } } }, 'must be exactly one {{binding}}'],
    [{ type: 'List', props: { items: { $repeat: '{{a}}', as: '__proto__', node: text } } }, "'as' must be an identifier"],
    [{ type: 'List', props: { a: { $if: { field: '{{a}}' }, node: text } } }, "'$if' needs a 'field' and exactly one of"],
    [{ type: 'List', props: { a: { $if: { left: '{{a}}', op: 'like' }, node: text } } }, "'$if' needs a 'field' and exactly one of"],
    [{ props: {} }, "root of a template needs a 'type' or an '$if'"],
    [{ type: 'Text', props: { text: '{{a.constructor}}' } }, "must not contain 'constructor'"],
    [{ type: 'Text', props: { text: '{{a | nope}}' } }, "unknown filter 'nope'"],
    [{ type: 'Text', props: { text: '{{item.title' } }, "the binding '{{item.title' is not closed"],
  ])('not %j', (tree, message) => {
    const errors = panel(tree);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^panel 'p': /);
    expect(errors[0]).toContain(message);
  });
  it('that are static, with any content', () => expect(panel({ anything: '{{goes}}' }, 'static')).toEqual([]));
  const loading = (op: string, args: object, capabilities = ['store:read']): string[] => {
    const render = { kind: 'template', steps: [{ id: 'all', op, args }], tree: { type: 'List', props: { items: '{{steps.all.docs}}' } } };
    return messages(withApp({ capabilities, ui: { panels: [{ panel_id: 'p', slot: 'left', render }] } }));
  };
  it('with the data that steps read', () => expect(loading('store.list', { kind: 'links' })).toEqual([]));
  it.each([
    ['store.delete', { kind: 'links', id: 'x' }, "step 'all': a panel only reads"],
    ['ai.complete', { prompt: 'Hm?' }, "step 'all': a panel only reads"],
    ['call', { function: 'save' }, "step 'all': a panel only reads"],
    ['send', { message: 'Hi' }, "step 'all': a panel only reads"],
    ['store.list', { kind: '{{steps.later.id}}' }, "panel 'p', step 'all': "],
  ])('not with %s %j', (op, args, message) => expect(loading(op, args, ['*']).join('; ')).toContain(message));
  it('each once', () => {
    const p = { panel_id: 'p', slot: 'left', render: { kind: 'static' } };
    expect(messages(withApp({ ui: { panels: [p, p] } }))).toEqual(["panel 'p': another panel has the same panel_id: rename one"]);
  });
});
