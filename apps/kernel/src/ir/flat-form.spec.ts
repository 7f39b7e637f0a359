import { expect, it } from '@jest/globals';
import { checkIr } from './check-ir.js';
import { stepsOf } from './ir.js';

const flat = (...steps: unknown[]): unknown => ({ app_id: 'my-tasks', version: '1.0.0', steps });
const create = { id: 'step_1', kind: 'declarative', action: 'store.create', params: { collection: 'tasks', data: { title: '{{title}}' } } };

it('a flat app becomes an envelope with the function run', () => {
  const { ir, errors, normalised } = checkIr(flat(create), 'my-tasks');
  expect(errors).toEqual([]);
  expect(normalised).toBe(true);
  expect(ir).toMatchObject({
    ir_version: '1.0',
    app: {
      id: 'my-tasks',
      version: '1.0.0',
      title: 'my-tasks',
      functions: [
        {
          name: 'run',
          action_type: 'write',
          params_schema: { type: 'object', properties: { title: {} } },
          impl: {
            kind: 'declarative',
            steps: [{ id: 'step_1', op: 'store.create', args: { kind: 'tasks', data: { title: '{{event.title}}' } } }],
          },
        },
      ],
    },
  });
});

it('bindings of a flat app name the call’s params, unless they begin with a root; no step keeps its kind', () => {
  const steps = [
    create,
    { id: 'b', action: 'conditional', params: { if: { field: '{{who.name}}', exists: true }, then: 'c' } },
    {
      id: 'c',
      kind: 'declarative',
      action: 'send',
      params: { message: '{{ who.name }} {{prev.next}} {{steps.step_1.id}} {{event.extra}} {{args.more}}' },
    },
  ];
  const fn = checkIr(flat(...steps), 'my-tasks').ir?.app.functions[0];
  expect(fn && stepsOf(fn.impl).slice(1)).toEqual([
    { id: 'b', op: 'conditional', if: { field: '{{event.who.name}}', exists: true }, then: 'c' },
    { id: 'c', op: 'send', args: { message: '{{ event.who.name }} {{prev.next}} {{steps.step_1.id}} {{event.extra}} {{args.more}}' } },
  ]);
  expect(fn?.params_schema).toEqual({ type: 'object', properties: { title: {}, who: {}, extra: {}, more: {} } });
});

it.each([
  ['store.delete', { collection: 'tasks', id: '{{id}}' }, 'destructive'],
  ['store.list', { collection: 'tasks' }, 'read'],
])('the action type of a flat app follows from its verbs: %s', (action, params, type) => {
  expect(checkIr(flat({ id: 's', action, params }), 'my-tasks').ir?.app.functions[0]?.action_type).toBe(type);
});

it('the author of a flat app gets the same faults as any other', () => {
  const messages = (input: unknown): string[] => checkIr(input, 'my-tasks').errors.map(({ msg }) => msg);
  expect(messages(flat({ ...create, action: 'store.explode' }))[0]).toMatch(/^function 'run', step 'step_1': unknown op 'store.explode'/);
  expect(messages(flat({ ...create, kind: 'code' }))[0]).toMatch(/the app has no module ''/);
  expect(messages(flat({ id: 's', action: 'store.create', params: { collection: 'c' } }))[0]).toMatch(/store.create needs 'data'/);
  expect(messages(flat('text'))[0]).toMatch(/must be object/);
  expect(messages({ steps: [] }).join()).toMatch(/'id' is missing.*'version' is missing/);
  expect(messages({ ...(flat(create) as object), surprise: 1 })).toEqual(["'surprise' is not a known key: remove it"]);
});

it('the time to convert a flat app is linear in its bindings', () => {
  /** Processor time of this process, which does not depend on other processes. */
  const costOf = (bindings: number) => {
    const message = Array.from({ length: bindings }, (_, i) => `{{p${i}}}`).join('');
    const before = process.cpuUsage();
    expect(checkIr(flat({ id: 's', action: 'send', params: { message } }), 'my-tasks').normalised).toBe(true);
    return process.cpuUsage(before).user;
  };
  const least = (bindings: number) => Math.min(...Array.from({ length: 5 }, () => costOf(bindings)));
  expect(least(20_000) / least(2_000)).toBeLessThan(40);
});
