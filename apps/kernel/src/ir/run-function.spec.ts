import { describe, expect, it } from '@jest/globals';
import { appOf, archiver, checked, functionOf, linkSaver, rawFunction } from './examples.fixture.js';
import { IrError } from './ir-error.js';
import type { Ir, JsonObject } from './ir.js';
import { parseParams } from './params.js';
import { runFunction, type RunResult, type TraceEntry } from './run-function.js';
import { sandbox } from './sandbox.fixture.js';
import type { Verbs } from './verbs.js';

const runApp = (ir: Ir, name: string, params: JsonObject = {}, verbs: Verbs = sandbox(ir)): Promise<RunResult> => {
  const fn = functionOf(ir, name);
  return runFunction(fn, parseParams(fn, params), verbs);
};
const runSteps = (steps: unknown[], params: JsonObject = {}): Promise<RunResult> => runApp(appOf(steps), 'f', params);
const failure = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(IrError);
  return `${(error as IrError).code}: ${(error as IrError).message}`;
};

describe('the bookmarks app', () => {
  it('saves, lists and deletes', async () => {
    const ir = checked(linkSaver);
    const verbs = sandbox(ir);
    const kept = await runApp(ir, 'keep', { url: 'https://a.example' }, verbs);
    expect(kept).toMatchObject({ steps: { make: { id: 'doc_1' } }, prev: { id: 'doc_1' }, directives: [] });
    expect((await runApp(ir, 'all', {}, verbs)).prev).toEqual({
      docs: [{ id: 'doc_1', collection: 'mark', data: { url: 'https://a.example', title: 'Untitled' } }],
      ids: ['doc_1'],
      count: 1,
    });
    expect((await runApp(ir, 'drop', { id: 'doc_1' }, verbs)).prev).toEqual({ count: 1 });
    expect((await runApp(ir, 'drop', { id: 'doc_1' }, verbs)).prev).toEqual({ count: 0 });
  });
});

it('bindings name the params event or args', async () => {
  const { prev } = await runSteps([{ id: 's', op: 'send', args: { message: '{{args.n}} is {{event.n}}' } }], { n: 3 });
  expect(prev).toMatchObject({ message: '3 is 3' });
});

it('other work runs between the steps of a function', async () => {
  const say = (id: string) => ({ id, op: 'send', args: { message: id } });
  const ir = appOf(['a', 'b', 'c'].map(say));
  const trace: TraceEntry[] = [];
  const done: string[] = [];
  await runFunction(functionOf(ir, 'f'), {}, sandbox(ir), {
    trace,
    betweenSteps: async () => void done.push(trace.map(({ step }) => step).join()),
  });
  expect(done).toEqual(['a', 'a,b']);
});

describe('the archiver app', () => {
  it('archives ended items and sends a message', async () => {
    const ir = checked(archiver);
    const verbs = sandbox(ir);
    for (const status of ['ended', 'running', 'ended']) await runApp(ir, 'begin', { name: 'n', status }, verbs);
    const { steps, prev, directives, trace } = await runApp(ir, 'archive', {}, verbs);
    expect(steps['any']).toEqual({ next: 'shelve' });
    expect(steps['shelve']).toEqual({ ids: ['doc_1', 'doc_3'], count: 2 });
    expect(prev).toEqual({ action: 'send', message: 'Put 2 away.' });
    expect(directives).toEqual([prev]);
    expect(trace.map(({ step, op }) => `${step} ${op}`)).toEqual([
      'ended store.list',
      'any conditional',
      'shelve store.update',
      'notify send',
    ]);
    expect(await verbs.store.get('campaign', 'doc_3')).toMatchObject({ data: { name: 'n', status: 'ended', archived: true } });
    expect(await verbs.store.get('campaign', 'doc_2')).toMatchObject({ data: { name: 'n', status: 'running' } });
  });

  it('stops at the conditional if nothing has ended', async () => {
    const { steps, prev, directives } = await runApp(checked(archiver), 'archive');
    expect(Object.keys(steps)).toEqual(['ended', 'any']);
    expect(prev).toEqual({ next: null });
    expect(directives).toEqual([]);
  });
});

describe('a verb', () => {
  const withDocs = [
    { id: 'a', op: 'store.create', args: { kind: 'k', data: { n: 1, t: 'x' } } },
    { id: 'b', op: 'store.create', args: { kind: 'k', data: { n: 2, t: 'x' } } },
    { id: 'c', op: 'store.create', args: { kind: 'k', data: { n: 3, t: 'y' } } },
  ];
  const after = async (...steps: unknown[]): Promise<unknown> => (await runSteps([...withDocs, ...steps])).prev;

  it('store.get returns the document or null', async () => {
    expect(await after({ id: 'g', op: 'store.get', args: { kind: 'k', id: '{{steps.b.id}}' } })).toEqual({
      doc: { id: 'doc_2', collection: 'k', data: { n: 2, t: 'x' } },
    });
    expect(await after({ id: 'g', op: 'store.get', args: { kind: 'k', id: '{{event.missing}}' } })).toEqual({ doc: null });
  });
  it('store.list filters by where, ids and limit', async () => {
    const ids = async (args: object): Promise<unknown> =>
      ((await after({ id: 'l', op: 'store.list', args: { kind: 'k', ...args } })) as { ids: string[] }).ids;
    expect(await ids({})).toEqual(['doc_1', 'doc_2', 'doc_3']);
    expect(await ids({ where: { t: 'x' } })).toEqual(['doc_1', 'doc_2']);
    expect(await ids({ where: { t: 'x' }, ids: ['doc_2', 'doc_3'] })).toEqual(['doc_2']);
    expect(await ids({ ids: [] })).toEqual([]);
    expect(await ids({ limit: 1 })).toEqual(['doc_1']);
    expect(await ids({ limit: '{{event.missing}}', where: '{{event.missing}}' })).toHaveLength(3);
  });
  it('store.list asks for 100 by default and at most for 1000', async () => {
    const limits: number[] = [];
    const ir = appOf([
      { id: 'l', op: 'store.list', args: { kind: 'k' } },
      { id: 'm', op: 'store.list', args: { kind: 'k', limit: 5000 } },
    ]);
    const verbs = sandbox(ir);
    await runApp(ir, 'f', {}, { ...verbs, store: { ...verbs.store, list: async (_, { limit }) => (limits.push(limit), []) } });
    expect(limits).toEqual([100, 1000]);
  });
  it('store.update changes one, several or all matching documents', async () => {
    const update = (chosen: object): Promise<unknown> =>
      after({ id: 'u', op: 'store.update', args: { kind: 'k', set: { z: 1 }, ...chosen } });
    expect(await update({ id: 'doc_2' })).toEqual({ ids: ['doc_2'], count: 1 });
    expect(await update({ ids: ['doc_1', 'doc_3', 'nope'] })).toEqual({ ids: ['doc_1', 'doc_3'], count: 2 });
    expect(await update({ where: { t: 'x' } })).toEqual({ ids: ['doc_1', 'doc_2'], count: 2 });
  });
  it('store.delete deletes one, several or all matching documents', async () => {
    const remove = (chosen: object): Promise<unknown> => after({ id: 'd', op: 'store.delete', args: { kind: 'k', ...chosen } });
    expect(await remove({ id: 'doc_2' })).toEqual({ count: 1 });
    expect(await remove({ ids: ['doc_1', 'nope'] })).toEqual({ count: 1 });
    expect(await remove({ where: { t: 'x' } })).toEqual({ count: 2 });
  });
  it.each(['store.update', 'store.delete'])('%s changes nothing if its ids are empty', async (op) => {
    const step = (chosen: object): Promise<RunResult> =>
      runSteps([...withDocs, { id: 'x', op, args: { kind: 'k', set: { z: 1 }, ...chosen } }]);
    const ir = appOf([{ id: 'x', op, args: { kind: 'k', set: { z: 1 }, id: '{{event.missing}}' } }]);
    const { store, ...others } = sandbox(ir);
    const touched = (): never => {
      throw new Error('touched');
    };
    expect((await runApp(ir, 'f', {}, { ...others, store: { ...store, update: touched, delete: touched } })).prev).toMatchObject({
      count: 0,
    });
    expect((await step({ ids: ['{{event.missing}}'] })).prev).toMatchObject({ count: 0 });
    expect(await failure(step({ where: '{{event.missing}}' }))).toMatch(/^VALIDATION_MISSING_FIELD: .*exactly one of/);
    expect(await failure(step({ ids: '{{event.missing}}' }))).toMatch(/^VALIDATION_MISSING_FIELD/);
  });

  it('ai.complete returns text, also under its output name', async () => {
    const seen: unknown[] = [];
    const ir = appOf([
      { id: 'a', op: 'ai.complete', args: { prompt: 'Sum {{event.n}}', model: 'm', temperature: 0, max_tokens: 5, output: 'sum' } },
      { id: 's', op: 'send', args: { message: '{{steps.sum.text}}' } },
    ]);
    const verbs: Verbs = { ...sandbox(ir), aiComplete: async (request) => (seen.push(request), { text: 'three' }) };
    const { steps, prev } = await runApp(ir, 'f', { n: 3 }, verbs);
    expect(seen).toEqual([{ prompt: 'Sum 3', model: 'm', temperature: 0, max_tokens: 5 }]);
    expect(steps).toMatchObject({ a: { text: 'three' }, sum: { text: 'three' } });
    expect(prev).toEqual({ action: 'send', message: 'three' });
  });

  it('call passes params and returns the result', async () => {
    const seen: unknown[] = [];
    const ir = appOf([
      { id: 'a', op: 'call', args: { function: 'f', params: { x: '{{event.n}}' } } },
      { id: 'b', op: 'call', args: { function: '{{event.fn}}', app_id: 'other' } },
    ]);
    const verbs: Verbs = { ...sandbox(ir), call: async (request) => (seen.push(request), ['anything']) };
    expect((await runApp(ir, 'f', { n: 3, fn: 'g' }, verbs)).steps).toEqual({ a: ['anything'], b: ['anything'] });
    expect(seen).toEqual([
      { function: 'f', params: { x: 3 } },
      { app_id: 'other', function: 'g', params: {} },
    ]);
  });
  it.each(['__panel__x', 'a/b', 'tool_x_chat'])('call refuses what is not a function name: "%s"', async (fn) => {
    const ir = appOf([{ id: 'a', op: 'call', args: { function: '{{event.fn}}' } }]);
    const verbs: Verbs = { ...sandbox(ir), call: async () => 'called' };
    expect(await failure(runApp(ir, 'f', { fn }, verbs))).toMatch(/^UNKNOWN_SUB_FUNCTION/);
  });

  it('send, navigate and open become directives, in order', async () => {
    const { steps, directives } = await runSteps(
      [
        { id: 's', op: 'send', args: { message: '{{event.n}}', channel: 'chat', metadata: { a: 1 }, action: 'sneaky' } },
        { id: 'n', op: 'navigate', args: { url: '/x?{{event.n}}', target: '_blank' } },
        { id: 'o', op: 'open', args: { target: 'notes', params: '{{event}}' } },
      ],
      { n: 3 },
    );
    expect(directives).toEqual([
      { action: 'send', message: '3', channel: 'chat', metadata: { a: 1 } },
      { action: 'navigate', url: '/x?3', target: '_blank' },
      { action: 'open', target: 'notes', params: { n: 3 } },
    ]);
    expect(steps['o']).toEqual(directives[2]);
  });

  it('refuses resolved arguments of the wrong type', async () => {
    const list = (args: object, event: JsonObject): Promise<string> => failure(runSteps([{ id: 'l', op: 'store.list', args }], event));
    expect(await list({ kind: '{{event.missing}}' }, {})).toBe("VALIDATION_TYPE_ERROR: store.list: 'kind' must be a non-empty string");
    expect(await list({ kind: 'k', limit: '{{event.n}}' }, { n: 'ten' })).toBe(
      "VALIDATION_TYPE_ERROR: store.list: 'limit' must be an integer above 0",
    );
    expect(await failure(runSteps([{ id: 'c', op: 'store.create', args: { kind: 'k', data: '{{event.d}}' } }], { d: [] }))).toMatch(
      /'data' must be an object/,
    );
  });
});

describe('a flow', () => {
  const say = (id: string): object => ({ id, op: 'send', args: { message: id } });
  const said = ({ directives }: RunResult): string => directives.map(({ message }) => message).join(' ');
  const fork = (then: string, orElse?: string | null): object => ({
    id: 'fork',
    op: 'conditional',
    if: { field: '{{event.go}}', exists: true },
    then,
    ...(orElse !== undefined && { else: orElse }),
  });

  it('continues at then or else', async () => {
    const steps = [fork('b', 'c'), say('a'), say('b'), say('c')];
    expect(said(await runSteps(steps, { go: 1 }))).toBe('b c');
    expect(said(await runSteps(steps))).toBe('c');
  });
  it.each([undefined, null])('ends at a missing target: %s', async (orElse) => {
    expect(said(await runSteps([say('a'), fork('b', orElse), say('b')]))).toBe('a');
  });
  it('may go back, and sees the latest results', async () => {
    const { trace } = await runSteps([
      { id: 'a', op: 'store.create', args: { kind: 'k', data: {} } },
      { id: 'n', op: 'store.list', args: { kind: 'k' } },
      { id: 'again', op: 'conditional', if: { field: '{{steps.n.count}}', lt: 3 }, then: 'a' },
    ]);
    expect(trace).toHaveLength(9);
  });
  it.each([
    [1, 64],
    [8, 64],
    [9, 72],
    [20, 160],
  ])('of %i steps that loops ends after %i', async (length, budget) => {
    const trace: TraceEntry[] = [];
    const back = { id: 'back', op: 'conditional', if: { field: 'x', eq: 'x' }, then: length > 1 ? 's1' : 'back' };
    const steps = [...Array.from({ length: length - 1 }, (_, i) => say(`s${i + 1}`)), back];
    expect(await failure(runFunction(functionOf(appOf(steps)), {}, sandbox(appOf(steps)), { trace }))).toMatch(
      /EXT_UNSTRUCTURED_ERROR: .*the function loops/,
    );
    expect(trace).toHaveLength(budget);
  });
  it('that doubles its own result ends as well', async () => {
    const doubling = (args: object): object[] => [say('a'), ...Array.from({ length: 40 }, (_, i) => ({ id: `m${i}`, op: 'send', args }))];
    expect(await failure(runSteps(doubling({ message: '{{prev.message}}{{prev.message}}' })))).toMatch(/too much data/);
    expect(await failure(runSteps(doubling({ message: 'm', metadata: { a: '{{prev}}', b: '{{prev}}' } })))).toMatch(/too much data/);
  });
});

describe('a failing run', () => {
  const never = new Promise<never>(() => {});

  it('returns its trace to the caller', async () => {
    const trace: TraceEntry[] = [];
    const ir = appOf([
      { id: 'a', op: 'send', args: { message: 'x' } },
      { id: 'b', op: 'call', args: { function: 'g', app_id: 'other' } },
    ]);
    await failure(runFunction(functionOf(ir), {}, sandbox(ir), { trace }));
    expect(trace).toMatchObject([{ step: 'a' }, { step: 'b', error: 'UNKNOWN_SUB_FUNCTION' }]);
    expect(trace[0]).not.toHaveProperty('error');
  });
  it('ends at the deadline while a verb is running', async () => {
    const ir = appOf([{ id: 'a', op: 'ai.complete', args: { prompt: 'p' } }]);
    const work = runFunction(functionOf(ir), {}, { ...sandbox(ir), aiComplete: () => never }, { signal: AbortSignal.timeout(10) });
    expect(await failure(work)).toBe('BACKEND_TIMEOUT: the function did not finish in time');
  });
  it('starts no step after the deadline', async () => {
    const ir = appOf([{ id: 'a', op: 'ai.complete', args: { prompt: 'p' } }]);
    let asked = 0;
    const verbs: Verbs = { ...sandbox(ir), aiComplete: async () => (asked++, { text: '' }) };
    expect(await failure(runFunction(functionOf(ir), {}, verbs, { signal: AbortSignal.abort() }))).toMatch(/^BACKEND_TIMEOUT/);
    expect(asked).toBe(0);
  });
  it('passes on the error of a verb', async () => {
    const broken = new Error('disk full');
    const ir = appOf([{ id: 'a', op: 'ai.complete', args: { prompt: 'p' } }]);
    const verbs: Verbs = { ...sandbox(ir), aiComplete: () => Promise.reject(broken) };
    await expect(runFunction(functionOf(ir), {}, verbs, { signal: AbortSignal.timeout(1000) })).rejects.toBe(broken);
  });
  it.each([
    [null, 'has no steps'],
    [[null], 'step 1 has no id'],
    [[{ op: 'send', args: {} }], 'step 1 has no id'],
    [[{ id: 'a', op: 'store.explode' }], 'unknown op "store.explode"'],
    [[{ id: 'a', op: 'send' }], "send needs 'message'"],
    [[{ id: 'a', op: 'conditional', if: { field: 'x', eq: 'x' }, then: 'nope' }], "continues at the unknown step 'nope'"],
  ])('of unchecked steps, %j, names the fault', async (steps, message) => {
    expect(await failure(runFunction(rawFunction(steps), {}, sandbox(checked(linkSaver))))).toContain(message);
  });
});

describe('the sandbox', () => {
  it("runs the app's own functions on one store, to a limited depth", async () => {
    const ir = checked({
      ir_version: '1.0',
      app: {
        id: 'x',
        version: '1.0.0',
        title: 'X',
        functions: [
          {
            name: 'make',
            impl: { kind: 'declarative', steps: [{ id: 'c', op: 'store.create', args: { kind: 'k', data: { a: '{{event.a}}' } } }] },
          },
          {
            name: 'both',
            impl: {
              kind: 'declarative',
              steps: [
                { id: 'm', op: 'call', args: { function: 'make', params: { a: 1 } } },
                { id: 'g', op: 'store.get', args: { kind: 'k', id: '{{prev.prev.id}}' } },
              ],
            },
          },
          { name: 'deep', impl: { kind: 'declarative', steps: [{ id: 'd', op: 'call', args: { function: 'deep' } }] } },
        ],
      },
    });
    expect((await runApp(ir, 'both')).prev).toEqual({ doc: { id: 'doc_1', collection: 'k', data: { a: 1 } } });
    expect(await failure(runApp(ir, 'deep'))).toMatch(/nested deeper than 6/);
  });
});
