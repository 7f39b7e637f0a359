import { type FaultCode, IR_DOCUMENT } from '@skep/contracts/authoring';
import { withOneFault } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { checkIr } from './check-ir.js';
import { archiver, everything, flatTasks, linkSaver } from './examples.fixture.js';

const isAccepted = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictTypes: false, strictRequired: false }).compile(IR_DOCUMENT);
const published = JSON.parse(readFileSync(new URL('../../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')) as object;
const examples = { linkSaver, archiver, everything, flatTasks, published };

/** What a JSON Schema cannot say: rules between parts, and texts with a grammar of their own. */
const BEYOND: readonly FaultCode[] = [
  ...(['outside-limits', 'wrong-app-id', 'invalid-icon', 'no-functions', 'invalid-name', 'duplicate-name', 'invalid-schema'] as const),
  ...([
    'invalid-url',
    'invalid-mcp-server',
    'invalid-module',
    'unknown-module',
    'unknown-export',
    'panel-changes-data',
    'unknown-step',
    'unknown-root',
  ] as const),
  ...(['unclosed-binding', 'invalid-binding', 'unknown-function', 'invalid-tree'] as const),
];

const idOf = (ir: object): string => {
  const { app, app_id } = ir as { app?: { id?: unknown }; app_id?: unknown };
  return String(app?.id ?? app_id);
};

describe('the published schema of an IR', () => {
  it.each(Object.entries(examples))('accepts the example %s, as the check does', (_, ir) => {
    expect(checkIr(ir, idOf(ir)).errors).toEqual([]);
    expect([isAccepted(ir), isAccepted.errors]).toEqual([true, null]);
  });

  it.each(Object.entries(examples))('agrees with the check on every fault in the example %s', (_, ir) => {
    let [accepted, refused] = [0, 0];
    for (const changed of withOneFault(ir)) {
      const codes = checkIr(changed, idOf(ir)).errors.map(({ code }) => code);
      const isValid = isAccepted(changed);
      const disagreement = isValid ? codes.filter((code) => !BEYOND.includes(code)) : codes.length ? [] : isAccepted.errors;
      if (disagreement?.length) expect({ changed, disagreement }).toEqual({ changed, disagreement: [] });
      if (isValid) accepted++;
      else refused++;
    }
    expect(accepted).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(200);
  });

  it('completes the arguments of a verb, with what they mean', () => {
    const { allOf, properties } = IR_DOCUMENT.$defs.step as unknown as {
      allOf: {
        if: { properties: { op: { const: string } } };
        then: { properties: { args?: { properties: object; required: string[] } } };
      }[];
      properties: { op: { oneOf: { const: string; description: string }[] } };
    };
    expect(properties.op.oneOf).toContainEqual({ const: 'store.create', description: expect.stringContaining('Stores a document') });
    const { args } = allOf.find((rule) => rule.if.properties.op.const === 'store.create')!.then.properties;
    expect(args).toMatchObject({ required: ['kind', 'data'], properties: { kind: { description: 'Name of the collection.' } } });
  });
});
