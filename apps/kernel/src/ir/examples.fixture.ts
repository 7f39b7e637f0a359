import { checkIr } from './check-ir.js';
import type { Ir, IrFunction, JsonObject } from './ir.js';

/** Small apps for the specs in this folder. */

export const linkSaver = {
  ir_version: '1.0',
  app: {
    id: 'bookmarks',
    version: '1.2.0',
    title: 'Bookmarks',
    functions: [
      {
        name: 'keep',
        action_type: 'write',
        params_schema: {
          type: 'object',
          properties: { url: { type: 'string', format: 'uri' }, title: { type: 'string', default: 'Untitled' } },
          required: ['url'],
        },
        impl: {
          kind: 'declarative',
          steps: [{ id: 'make', op: 'store.create', args: { kind: 'mark', data: { url: '{{event.url}}', title: '{{event.title}}' } } }],
        },
      },
      {
        name: 'all',
        action_type: 'read',
        impl: { kind: 'declarative', steps: [{ id: 'find', op: 'store.list', args: { kind: 'mark' } }] },
      },
      {
        name: 'drop',
        action_type: 'destructive',
        params_schema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
        impl: { kind: 'declarative', steps: [{ id: 'gone', op: 'store.delete', args: { kind: 'mark', id: '{{event.id}}' } }] },
      },
    ],
  },
};

export const archiver = {
  ir_version: '1.0',
  app: {
    id: 'archiver',
    version: '1.0.0',
    title: 'Archiver',
    functions: [
      {
        name: 'begin',
        params_schema: {
          type: 'object',
          properties: { name: { type: 'string' }, status: { enum: ['running', 'ended'] } },
          required: ['name', 'status'],
        },
        impl: {
          kind: 'declarative',
          steps: [
            { id: 'made', op: 'store.create', args: { kind: 'campaign', data: { name: '{{event.name}}', status: '{{event.status}}' } } },
          ],
        },
      },
      {
        name: 'archive',
        impl: {
          kind: 'declarative',
          steps: [
            { id: 'ended', op: 'store.list', args: { kind: 'campaign', where: { status: 'ended' } } },
            { id: 'any', op: 'conditional', if: { field: '{{steps.ended.count}}', gt: 0 }, then: 'shelve' },
            { id: 'shelve', op: 'store.update', args: { kind: 'campaign', ids: '{{steps.ended.ids}}', set: { archived: true } } },
            { id: 'notify', op: 'send', args: { message: 'Put {{steps.shelve.count}} away.' } },
          ],
        },
      },
    ],
  },
};

/** An app with every verb, and with every part that an app can have. */
export const everything = {
  $schema: 'https://skep.example/v1/ir-schema.json',
  ir_version: '1.0',
  sdl_vocab_version: '1',
  contract_version: '1.0',
  app: {
    id: 'everything',
    version: '1.0.0-beta.1',
    title: 'Everything',
    description: 'Has it all.',
    icon: 'link',
    capabilities: ['*'],
    data: { notes: {} },
    functions: [
      {
        name: 'steps',
        description: 'Uses every verb.',
        effects: ['create:note'],
        event: 'done',
        params_schema: { text: { type: 'string', required: true }, limit: { type: 'integer' } },
        return_schema: null,
        impl: {
          kind: 'declarative',
          steps: [
            { id: 'create', op: 'store.create', args: { kind: 'note', data: { text: '{{event.text}}' } } },
            { id: 'get', op: 'store.get', args: { kind: 'note', id: '{{steps.create.id}}' } },
            { id: 'list', op: 'store.list', args: { kind: 'note', where: { done: true }, ids: ['a'], limit: '{{event.limit}}' } },
            { id: 'update', op: 'store.update', args: { kind: 'note', ids: '{{steps.list.ids}}', set: { done: false } } },
            { id: 'delete', op: 'store.delete', args: { kind: 'note', where: { done: true } } },
            {
              id: 'ask',
              op: 'ai.complete',
              args: { prompt: 'Sum up', model: 'm', temperature: 0.5, max_tokens: 100, output: 'summary' },
            },
            { id: 'call', op: 'call', args: { function: 'server', params: { text: '{{steps.summary.text}}' } } },
            { id: 'other', op: 'call', args: { function: 'add', app_id: 'notes' } },
            { id: 'send', op: 'send', args: { message: 'Done', channel: 'c', metadata: {} } },
            { id: 'if', op: 'conditional', if: { field: '{{steps.list.count}}', gt: 0 }, then: 'open', else: 'respond' },
            { id: 'exists', op: 'conditional', if: { field: '{{prev}}', exists: true }, then: 'open' },
            { id: 'navigate', op: 'navigate', args: { url: '/apps', target: 'new' } },
            { id: 'open', op: 'open', args: { target: 'main', params: {} } },
            { id: 'respond', op: 'respond', args: { status_code: 200, headers: {}, body: 'ok' } },
          ],
        },
      },
      { name: 'server', action_type: 'read', impl: { kind: 'http', url: 'https://example.com/f' } },
      { name: 'tool', impl: { kind: 'mcp', tool: 'search', pin: `sha256:${'0'.repeat(64)}` } },
      { name: '__webhook__orders/new', impl: { kind: 'declarative' } },
    ],
    mcp: {
      url: 'https://example.com/mcp',
      credential: { secret: 'token', header: 'Authorization', prefix: 'Bearer ' },
      relays: ['sampling'],
      capabilities: { prompts: {} },
    },
    ui: {
      panels: [
        {
          panel_id: 'main',
          slot: 'left',
          title: 'Main',
          icon: 'link',
          refresh: 'manual',
          render: { kind: 'static', tree: { type: 'Text' } },
        },
        {
          panel_id: 'list',
          slot: 'center',
          render: {
            kind: 'template',
            steps: [{ id: 'all', op: 'store.list', args: { kind: 'note' } }],
            tree: { type: 'List', props: { items: { $repeat: '{{steps.all.docs}}', as: 'note', node: { type: 'Text' } } } },
          },
        },
      ],
    },
    skeleton: [{ section: 'notes', shape: {}, producer: { kind: 'declarative', steps: [] }, alert: true, ttl: 60 }],
    automations: [{ description: 'Daily' }],
    events: { emits: [] },
    lifecycle: { on_install: true },
  },
};

/** The short form, with an action and a condition. */
export const flatTasks = {
  app_id: 'tasks',
  version: '1.0.0',
  description: 'Keeps tasks.',
  steps: [
    { id: 'save', kind: 'declarative', action: 'store.create', params: { collection: 'task', data: { title: '{{title}}' } } },
    { id: 'if', action: 'conditional', params: { if: { field: '{{title}}', exists: true }, then: 'tell', else: null } },
    { id: 'tell', action: 'send', params: { message: '{{title}}' } },
    { id: 'done', action: 'store.update', params: { kind: 'task', id: '{{id}}', set: { done: true } } },
  ],
};

/** A checked app with one function `f` of these steps. */
export function appOf(steps: unknown[], params_schema: JsonObject = {}): Ir {
  return checked({
    ir_version: '1.0',
    app: { id: 'x', version: '1.0.0', title: 'X', functions: [{ name: 'f', params_schema, impl: { kind: 'declarative', steps } }] },
  });
}

export function checked(input: object): Ir {
  const { ir, errors } = checkIr(input, (input as Ir).app.id);
  if (!ir) throw new Error(errors.map(({ msg }) => msg).join('; '));
  return ir;
}

export function functionOf(ir: Ir, name = 'f'): IrFunction {
  const fn = ir.app.functions.find((candidate) => candidate.name === name);
  if (!fn) throw new Error(`no function '${name}'`);
  return fn;
}

/** An unchecked function, as an untrusted author might write it. */
export const rawFunction = (steps: unknown, params_schema: unknown = {}): IrFunction =>
  ({ name: 'f', params_schema, impl: { kind: 'declarative', steps } }) as unknown as IrFunction;
