import { COMPARATORS } from './comparators.js';

/**
 * The structure of an envelope as JSON Schema 2020-12: keys, types and defaults. Objects are closed where the published format
 * closes them. The kernel's `checkIr` checks the arguments of verbs and the references between parts. `IR_DOCUMENT` is what editors get of it.
 */

const string = { type: 'string' };
const optionalString = { type: 'string', default: '' };
const strings = { type: 'array', items: string, default: [] };
const anyObject = { type: 'object' };
const optionalObject = { type: ['object', 'null'], default: null };

const closed = (required: string[], properties: Record<string, object>): object => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});

/** A union discriminated by `kind`, so that errors refer to the given kind. */
const byKind = (...kinds: object[]): object => ({
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: kinds,
});

const code = closed(['kind', 'module', 'entry'], { kind: { const: 'code' }, module: string, entry: string });

const steps = { type: 'array', items: { $ref: '#/$defs/step' }, maxItems: 64, default: [] };
const tree = { ...anyObject, default: {} };
const isStatic = closed(['kind'], { kind: { const: 'static' }, tree });
const template = closed(['kind'], { kind: { const: 'template' }, tree, steps });

const declarative = closed(['kind'], {
  kind: { const: 'declarative' },
  steps,
});
const mcp = closed(['kind', 'tool', 'pin'], {
  kind: { const: 'mcp' },
  tool: { type: 'string', minLength: 1, maxLength: 128 },
  pin: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
});
const mcpCredential = {
  ...closed(['header', 'prefix'], {
    secret: { type: 'string', pattern: '^[a-z][a-z0-9_]{0,62}$' },
    provider: { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' },
    header: { type: 'string', pattern: '^[A-Za-z0-9-]{1,64}$' },
    prefix: { type: 'string', pattern: '^[ -~]{0,100}$' },
  }),
  minProperties: 3,
  maxProperties: 3,
};
const mcpServer = closed(['url'], {
  url: { type: 'string', minLength: 1, maxLength: 2000 },
  credential: { ...mcpCredential, type: ['object', 'null'], default: null },
  relays: { type: 'array', items: { enum: ['sampling', 'roots'] }, default: [] },
  capabilities: { ...anyObject, default: {} },
});
const http = closed(['kind', 'url'], { kind: { const: 'http' }, url: { type: 'string', minLength: 1, maxLength: 2000 } });

const step = {
  type: 'object',
  required: ['id', 'op'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 64 }, op: string, args: anyObject },
  if: { properties: { op: { const: 'conditional' } } },
  then: {
    required: ['if', 'then'],
    properties: {
      if: {
        type: 'object',
        required: ['field'],
        properties: { field: string },
        oneOf: COMPARATORS.map((comparator) => ({ required: [comparator] })),
      },
      then: string,
      else: { type: ['string', 'null'] },
    },
  },
  else: { required: ['args'] },
};

const fn = closed(['name', 'impl'], {
  name: string,
  description: optionalString,
  params_schema: { ...anyObject, default: {} },
  return_schema: optionalObject,
  action_type: { enum: ['read', 'write', 'destructive', null], default: null },
  effects: strings,
  event: optionalString,
  impl: byKind(declarative, http, mcp, code),
});

const panel = closed(['panel_id', 'slot', 'render'], {
  panel_id: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
  slot: { enum: ['center', 'left', 'right', 'overlay', 'bottom', 'chat-sidebar'] },
  title: optionalString,
  icon: optionalString,
  refresh: optionalString,
  render: byKind(isStatic, template, code),
});

const skeleton = closed(['section', 'producer'], {
  section: { type: 'string', minLength: 1 },
  shape: { ...anyObject, default: {} },
  producer: byKind(declarative, code),
  alert: { type: 'boolean', default: false },
  ttl: { type: 'integer', minimum: 1, default: 300 },
});

const app = closed(['id', 'version', 'title'], {
  id: string,
  version: string,
  title: { type: 'string', minLength: 1 },
  description: optionalString,
  icon: optionalString,
  capabilities: strings,
  data: optionalObject,
  functions: { type: 'array', items: fn, maxItems: 256, default: [] },
  modules: { ...anyObject, additionalProperties: string, maxProperties: 64, default: {} },
  mcp: { ...mcpServer, type: ['object', 'null'], default: null },
  ui: { ...closed([], { panels: { type: 'array', items: panel, maxItems: 64, default: [] } }), type: ['object', 'null'], default: null },
  skeleton: { type: ['array', 'null'], items: skeleton, maxItems: 64, default: null },
  automations: { type: 'array', items: anyObject, default: [] },
  events: optionalObject,
  lifecycle: optionalObject,
});

export const IR_SCHEMA = {
  ...closed(['ir_version', 'app'], {
    $schema: string,
    ir_version: string,
    sdl_vocab_version: { type: 'string', default: '1' },
    contract_version: { type: 'string', default: '1.0' },
    app,
  }),
  $defs: { step },
};
