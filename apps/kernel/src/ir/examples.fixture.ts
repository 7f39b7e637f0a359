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
