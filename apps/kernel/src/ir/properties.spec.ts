import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkIr } from './check-ir.js';
import { rawFunction, checked, linkSaver } from './examples.fixture.js';
import { IrError } from './ir-error.js';
import type { Json, JsonObject } from './ir.js';
import { renderPanel } from './panel.js';
import { parseParams } from './params.js';
import { measureJson } from './plain-json.js';
import { runFunction, type TraceEntry } from './run-function.js';
import { sandbox } from './sandbox.fixture.js';
import { resolveBindings } from './template.js';

const path = fc.constantFrom(
  'event',
  'event.a',
  'event.b.0',
  'prev',
  'prev.message',
  'steps.s1',
  'steps.s2.ids',
  'event.__proto__',
  'steps.constructor',
  'nope',
);
const binding = path.map((text) => `{{${text}}}`);
const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  binding,
  fc.tuple(fc.string({ maxLength: 4 }), binding).map(([a, b]) => a + b),
);
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'a',
          'b',
          'kind',
          'id',
          'ids',
          'data',
          'message',
          'toString',
          'constructor',
          '$if',
          '$repeat',
          'node',
          'type',
          'props',
        ),
        word,
      ),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;
const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), json, { maxKeys: 3 }) as fc.Arbitrary<JsonObject>;

const op = fc.constantFrom(
  'store.create',
  'store.get',
  'store.list',
  'store.update',
  'store.delete',
  'ai.complete',
  'call',
  'send',
  'navigate',
  'open',
  'conditional',
  'nope',
);
const id = fc.constantFrom('s1', 's2', 's3', 's4');
const args = fc.record(
  {
    kind: fc.constantFrom('k', '{{event.a}}'),
    id: word,
    ids: json,
    where: json,
    data: json,
    set: json,
    limit: json,
    prompt: word,
    function: fc.constantFrom('keep', 'all', '{{event.a}}'),
    params: json,
    message: json,
    url: json,
    target: json,
  },
  { requiredKeys: ['kind', 'prompt', 'function'] },
);
const comparator = fc.constantFrom('eq', 'neq', 'gt', 'lt', 'in', 'exists');
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      id,
      op,
      args,
      if: fc.tuple(word, comparator, json).map(([field, name, value]) => ({ field, [name]: value })),
      then: id,
      else: fc.option(id),
    }),
  },
  { weight: 1, arbitrary: json },
);

describe('for any input', () => {
  it('the check never throws, and it does not change a valid IR', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          json,
          fc.record({ ir_version: fc.constant('1.0'), app: json }),
          fc.record({ app_id: json, version: json, steps: fc.array(step) }),
        ),
        (input) => {
          const { ir, errors } = checkIr(input, 'x');
          expect(ir === undefined).toBe(errors.length > 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a function that passes the check passes it again, unchanged', () => {
    fc.assert(
      fc.property(fc.uniqueArray(step, { maxLength: 4, selector: (s) => (s as { id?: unknown } | null)?.id }), (steps) => {
        const app = { id: 'x', version: '1.0.0', title: 'X', functions: [{ name: 'f', impl: { kind: 'declarative', steps } }] };
        const { ir } = checkIr({ ir_version: '1.0', app }, 'x');
        if (ir) expect(checkIr(ir, 'x').ir).toEqual(ir);
      }),
      { numRuns: 300 },
    );
  });

  it('a run ends within its budget, or fails with an IrError', async () => {
    const ir = checked(linkSaver);
    let good = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), object, async (steps, event) => {
        const trace: TraceEntry[] = [];
        try {
          await runFunction(rawFunction(steps), event, sandbox(ir), { trace });
          good++;
        } catch (error) {
          if (!(error instanceof IrError)) throw error;
        }
        expect(trace.length).toBeLessThanOrEqual(Math.max(64, 8 * steps.length));
      }),
      { numRuns: 500 },
    );
    expect(good).toBeGreaterThan(20);
  });

  it('a panel renders, or fails with an IrError', () => {
    fc.assert(
      fc.property(json, object, (tree, event) => {
        try {
          renderPanel(tree as JsonObject, { event });
        } catch (error) {
          if (!(error instanceof IrError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('params are accepted, or refused with an IrError', () => {
    fc.assert(
      fc.property(object, fc.oneof(json, fc.anything()), (schema, params) => {
        try {
          parseParams(rawFunction([], { type: 'object', properties: schema }), params);
        } catch (error) {
          if (!(error instanceof IrError)) throw error;
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('always', () => {
  it('a whole binding is the bound value, and a value without bindings stays equal', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(resolveBindings('{{event.value}}', { event: { value } })).toBe(value);
        if (!JSON.stringify(value).includes('{{')) expect(resolveBindings(value, {})).toEqual(value);
      }),
    );
  });

  it("a binding within a string becomes the value's text", () => {
    fc.assert(
      fc.property(json, word, (value, before) => {
        const text = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
        if (!before.includes('{')) expect(resolveBindings(`${before}:{{event.value}}`, { event: { value } })).toBe(`${before}:${text}`);
      }),
    );
  });

  it('measureJson counts the bytes of the JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(measureJson(value, { bytes: 1e9, depth: 100 }).bytes).toBe(Buffer.byteLength(JSON.stringify(value)));
      }),
    );
  });
});
