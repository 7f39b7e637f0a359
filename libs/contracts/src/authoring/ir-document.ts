import type { JsonSchema } from '../fields.js';
import { COMPARATORS, COMPARISONS } from './comparators.js';
import { describeSchema } from './describe-schema.js';
import { IR_DOCS } from './ir.docs.js';
import { IR_SCHEMA } from './ir.schema.js';
import { BINDING } from './names.js';
import { type Arg, VERBS } from './verbs.js';

/** Exactly one binding: it can stand for a value of any type. */
const binding = { type: 'string', pattern: `^${BINDING.source}$` };

function argument({ schema, docs }: Arg): JsonSchema {
  return schema['type'] === 'string' ? { ...schema, description: docs } : { description: docs, anyOf: [schema, binding] };
}

/** What follows from the op of a step. @param key of the op; @param within wraps the schema of the arguments; @param kinds names of the argument `kind` */
const rulesOf = (key: 'op' | 'action', within: (args: JsonSchema) => JsonSchema, kinds: readonly string[]): JsonSchema[] =>
  Object.entries(VERBS).map(([op, { required, optional, oneOf }]) => {
    const names = (arg: string) => (arg === 'kind' ? kinds : [arg]);
    const args = Object.entries({ ...required, ...optional }).flatMap(([arg, type]) => names(arg).map((name) => [name, argument(type)]));
    const needed = Object.keys(required).map(names);
    const alternatives = needed.find((each) => each.length > 1);
    return {
      if: { required: [key], properties: { [key]: { const: op } } },
      then: within({
        type: 'object',
        properties: Object.fromEntries(args) as JsonSchema,
        required: needed.filter((each) => each.length === 1).flat(),
        ...(alternatives && { anyOf: alternatives.map((name) => ({ required: [name] })) }),
        ...(oneOf && { oneOf: oneOf.map((arg) => ({ required: [arg] })) }),
      }),
    };
  });

const described = describeSchema(IR_SCHEMA, IR_DOCS) as { $defs: { step: JsonSchema } } & JsonSchema;
const { $defs: defs, ...envelope } = described;
const app = (envelope['properties'] as { app: { properties: Record<string, JsonSchema> } }).app.properties;

const comparison = {
  if: { required: ['op'], properties: { op: { const: 'conditional' } } },
  then: {
    properties: {
      if: {
        properties: Object.fromEntries(
          COMPARATORS.map((name) => [
            name,
            { description: `True if ${COMPARISONS[name]}.`, ...(name === 'exists' && { anyOf: [{ type: 'boolean' }, binding] }) },
          ]),
        ),
      },
    },
  },
};
const step = { ...defs.step, allOf: [comparison, ...rulesOf('op', (args) => ({ properties: { args } }), ['kind'])] };

/** The short form, with the keys of `app` beside its own. */
const short = {
  type: 'object',
  description: 'The short form of an app with one function, `run`.',
  required: ['app_id', 'version', 'steps'],
  additionalProperties: false,
  properties: {
    ...app,
    functions: { description: 'Ignored: the steps make the only function.' },
    app_id: app['id'],
    steps: {
      type: 'array',
      maxItems: 64,
      description: 'Steps of the function `run`, in the order in which they run; at most 64. `{{title}}` means `{{event.title}}`.',
      items: {
        type: 'object',
        required: ['id', 'action'],
        properties: {
          id: (defs.step['properties'] as JsonSchema)['id'],
          kind: { const: 'declarative', description: 'Always `declarative`.' },
          action: (defs.step['properties'] as JsonSchema)['op'],
          params: { type: 'object', description: 'Arguments of the action.' },
        },
        allOf: [
          {
            if: { required: ['action'], properties: { action: { const: 'conditional' } } },
            then: { required: ['params'], properties: { params: { ...(defs.step['then'] as JsonSchema), allOf: [comparison.then] } } },
          },
          ...rulesOf('action', (params) => ({ required: ['params'], properties: { params } }), ['kind', 'collection']),
        ],
      },
    },
  },
};

/** The parts of the published schema of an IR, by name. Each refers to others as `#/$defs/<name>`. */
export const IR_PARTS = { envelope: { ...envelope, description: 'An app in the envelope form.' }, short, step };

/**
 * The published JSON Schema (2020-12) of an IR, for editors: the structure that the kernel's check compiles (`IR_SCHEMA`), the arguments of the
 * verbs (`VERBS`), and what `IR_DOCS` says of each key. The source of all three is here in the contracts, because the kernel checks with them, the
 * gateway serves this document, and the OpenAPI document contains it.
 *
 * It accepts every IR that `checkIr` accepts, and refuses each fault of structure and arguments; references between parts, duplicates, bindings
 * and schemas within it are left to the check. A test of the kernel compares both.
 */
export const IR_DOCUMENT = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Skep IR',
  description: 'A declarative app of Skep: at most 256 KiB, 32 levels and 20,000 values.',
  type: 'object',
  additionalProperties: true,
  if: {
    required: ['steps'],
    properties: { steps: { type: 'array', description: 'Only of the short form: the steps of its function `run`.' } },
    not: { anyOf: [{ required: ['app'] }, { required: ['ir_version'] }] },
  },
  then: { $ref: '#/$defs/short' },
  else: { $ref: '#/$defs/envelope' },
  $defs: IR_PARTS,
};
