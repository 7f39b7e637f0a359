import { COMPARATORS } from './ir.js';

/**
 * The structure of an envelope, as JSON Schema 2020-12: which keys, of which types, with which defaults. Closed wherever the
 * published format is closed. What a verb needs, and how the parts must fit each other, is the business of `checkIr`.
 */

const text = { type: 'string' };
const optionalText = { type: 'string', default: '' };
const texts = { type: 'array', items: text, default: [] };
const anyObject = { type: 'object' };
const optionalObject = { type: ['object', 'null'], default: null };

const closed = (required: string[], properties: Record<string, object>): object => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});

/** One of several kinds, told apart by `kind`, so that an error is about the kind that was meant. */
const byKind = (...kinds: object[]): object => ({
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: kinds,
});

const code = closed(['kind', 'module', 'entry'], { kind: { const: 'code' }, module: text, entry: text });
const tree = (kind: string): object => closed(['kind'], { kind: { const: kind }, tree: { ...anyObject, default: {} } });

const impl = byKind(
  closed(['kind'], {
    kind: { const: 'declarative' },
    steps: { type: 'array', items: { $ref: '#/$defs/step' }, maxItems: 64, default: [] },
  }),
  code,
);

const step = {
  type: 'object',
  required: ['id', 'op'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 64 }, op: text, args: anyObject },
  if: { properties: { op: { const: 'conditional' } } },
  then: {
    required: ['if', 'then'],
    properties: {
      if: {
        type: 'object',
        required: ['field'],
        properties: { field: text },
        oneOf: COMPARATORS.map((comparator) => ({ required: [comparator] })),
      },
      then: text,
      else: { type: ['string', 'null'] },
    },
  },
  else: { required: ['args'] },
};

const fn = closed(['name', 'impl'], {
  name: text,
  description: optionalText,
  params_schema: { ...anyObject, default: {} },
  return_schema: optionalObject,
  action_type: { enum: ['read', 'write', 'destructive', null], default: null },
  effects: texts,
  event: optionalText,
  impl,
});

const panel = closed(['panel_id', 'slot', 'render'], {
  panel_id: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
  slot: { enum: ['center', 'left', 'right', 'overlay', 'bottom', 'chat-sidebar'] },
  title: optionalText,
  icon: optionalText,
  render: byKind(tree('static'), tree('template'), code),
});

const skeleton = closed(['section', 'producer'], {
  section: { type: 'string', minLength: 1 },
  shape: { ...anyObject, default: {} },
  producer: impl,
  alert: { type: 'boolean', default: false },
  ttl: { type: 'integer', minimum: 1, default: 300 },
});

const app = closed(['id', 'version', 'title'], {
  id: text,
  version: text,
  title: { type: 'string', minLength: 1 },
  description: optionalText,
  icon: optionalText,
  capabilities: texts,
  data: optionalObject,
  functions: { type: 'array', items: fn, maxItems: 256, default: [] },
  ui: { ...closed([], { panels: { type: 'array', items: panel, maxItems: 64, default: [] } }), type: ['object', 'null'], default: null },
  skeleton: { type: ['array', 'null'], items: skeleton, maxItems: 64, default: null },
  automations: { type: 'array', items: anyObject, default: [] },
  events: optionalObject,
  lifecycle: optionalObject,
});

export const IR_SCHEMA = {
  ...closed(['ir_version', 'app'], {
    ir_version: text,
    sdl_vocab_version: { type: 'string', default: '1' },
    contract_version: { type: 'string', default: '1.0' },
    app,
  }),
  $defs: { step },
};
