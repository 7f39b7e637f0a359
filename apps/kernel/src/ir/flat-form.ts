import { isObject } from './ir.js';
import { bindingsOf, replaceBindings, ROOTS } from './template.js';
import { isActionVerb, VERBS } from './verbs.js';

/**
 * The short form of an app with one function: `{app_id, version, steps: [{id, kind, action, params}]}`. It becomes an envelope whose
 * only function is `run`: `action` is the op, `params` the args, a store's `collection` its `kind`, and `{{title}}` means `{{event.title}}`.
 */
export const isFlatForm = (input: unknown): input is Record<string, unknown> =>
  isObject(input) && Array.isArray(input['steps']) && !Object.hasOwn(input, 'app') && !Object.hasOwn(input, 'ir_version');

/** Not checked in any way: what is wrong with the flat form is then wrong with the envelope. */
export function envelopeOf({ app_id, version, steps, ...rest }: Record<string, unknown>): unknown {
  const given = (steps as unknown[]).filter(isObject);
  const normal = (steps as unknown[]).map((step) => (isObject(step) ? stepOf(step) : step));
  const declarative = given.every(({ kind }) => kind === undefined || kind === 'declarative');
  return {
    ir_version: '1.0',
    app: {
      id: app_id,
      version,
      title: app_id,
      capabilities: capabilitiesOf(given.map(({ action }) => action)),
      ...rest,
      functions: [
        {
          name: 'run',
          description: typeof app_id === 'string' ? `Runs ${app_id}.` : 'Runs the app.',
          params_schema: { type: 'object', properties: Object.fromEntries([...paramsOf(normal)].map((name) => [name, {}])) },
          action_type: actionTypeOf(given.map(({ action }) => action)),
          impl: declarative ? { kind: 'declarative', steps: normal } : { kind: 'code', module: '', entry: '' },
        },
      ],
    },
  };
}

function stepOf({ kind: _kind, action, params, ...rest }: Record<string, unknown>): unknown {
  const args = mapTexts(isObject(params) ? rename(params, action) : params, nameEvent);
  if (action === 'conditional') return { ...rest, op: action, ...(isObject(args) && args) };
  return { ...rest, op: action, ...(args !== undefined && { args }) };
}

function rename(params: Record<string, unknown>, action: unknown): Record<string, unknown> {
  if (!String(action).startsWith('store.') || !Object.hasOwn(params, 'collection')) return params;
  const { collection, ...rest } = params;
  return { kind: collection, ...rest };
}

/** `{{title}}` as `{{event.title}}`; a binding that already names a root of a run stays. */
function nameEvent(text: string): string {
  return replaceBindings(text, ({ text: binding, path: [root = ''] }) =>
    ROOTS.some((name) => name === root) ? binding : binding.replace(/^\{\{\s*/, '$&event.'),
  );
}

function paramsOf(value: unknown): Set<string> {
  const names = new Set<string>();
  mapTexts(value, (text) => {
    for (const { path } of bindingsOf(text)) if ((path[0] === 'event' || path[0] === 'args') && path[1]) names.add(path[1]);
    return text;
  });
  return names;
}

function actionTypeOf(actions: unknown[]): 'read' | 'write' | 'destructive' {
  if (actions.includes('store.delete')) return 'destructive';
  return actions.includes('store.create') || actions.includes('store.update') || actions.includes('call') ? 'write' : 'read';
}

/** The flat form has no place for them. */
const capabilitiesOf = (actions: unknown[]): string[] => [
  ...new Set(actions.filter(isActionVerb).flatMap((action) => VERBS[action].permission ?? [])),
];

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapTexts(child, change)])) : value;
}
