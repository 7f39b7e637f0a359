import { VERBS } from '@skep/contracts/authoring';
import { isObject } from './ir.js';
import { findBindings, replaceBindings, ROOTS } from './template.js';
import { isActionVerb } from './verbs.js';

/**
 * The short form of an app with one function: `{app_id, version, steps: [{id, kind, action, params}]}`. It becomes an envelope whose
 * only function is `run`: `action` is the op, `params` the args, a store's `collection` its `kind`, and `{{title}}` means `{{event.title}}`.
 */
export const isFlatForm = (input: unknown): input is Record<string, unknown> =>
  isObject(input) && Array.isArray(input['steps']) && !Object.hasOwn(input, 'app') && !Object.hasOwn(input, 'ir_version');

/** Converts the flat form to an envelope. It checks nothing: a fault of the flat form becomes a fault of the envelope. */
export function toEnvelope({ app_id, version, steps, ...rest }: Record<string, unknown>): unknown {
  const flatSteps = (steps as unknown[]).filter(isObject);
  const irSteps = (steps as unknown[]).map((step) => (isObject(step) ? toStep(step) : step));
  const actions = flatSteps.map(({ action }) => action);
  const declarative = flatSteps.every(({ kind }) => kind === undefined || kind === 'declarative');
  return {
    ir_version: '1.0',
    app: {
      id: app_id,
      version,
      title: app_id,
      capabilities: capabilitiesFor(actions),
      ...rest,
      functions: [
        {
          name: 'run',
          description: typeof app_id === 'string' ? `Runs ${app_id}.` : 'Runs the app.',
          params_schema: { type: 'object', properties: Object.fromEntries([...collectParamNames(irSteps)].map((name) => [name, {}])) },
          action_type: actionTypeFor(actions),
          impl: declarative ? { kind: 'declarative', steps: irSteps } : { kind: 'code', module: '', entry: '' },
        },
      ],
    },
  };
}

function toStep({ kind: _kind, action, params, ...rest }: Record<string, unknown>): unknown {
  const args = mapStrings(isObject(params) ? renameCollection(params, action) : params, qualifyBindings);
  if (action === 'conditional') return { ...rest, op: action, ...(isObject(args) && args) };
  return { ...rest, op: action, ...(args !== undefined && { args }) };
}

function renameCollection(params: Record<string, unknown>, action: unknown): Record<string, unknown> {
  if (!String(action).startsWith('store.') || !Object.hasOwn(params, 'collection')) return params;
  const { collection, ...rest } = params;
  return { kind: collection, ...rest };
}

/** Rewrites `{{title}}` as `{{event.title}}`. A binding that already begins with a root stays. */
function qualifyBindings(text: string): string {
  return replaceBindings(text, ({ text: binding, path: [root = ''] }) =>
    ROOTS.some((name) => name === root) ? binding : binding.replace(/^\{\{\s*/, '$&event.'),
  );
}

function collectParamNames(value: unknown): Set<string> {
  const names = new Set<string>();
  mapStrings(value, (text) => {
    for (const { path } of findBindings(text)) if ((path[0] === 'event' || path[0] === 'args') && path[1]) names.add(path[1]);
    return text;
  });
  return names;
}

function actionTypeFor(actions: unknown[]): 'read' | 'write' | 'destructive' {
  if (actions.includes('store.delete')) return 'destructive';
  return actions.includes('store.create') || actions.includes('store.update') || actions.includes('call') ? 'write' : 'read';
}

/** The flat form cannot list capabilities, so its actions determine them. */
const capabilitiesFor = (actions: unknown[]): string[] => [
  ...new Set(actions.filter(isActionVerb).flatMap((action) => VERBS[action].permission ?? [])),
];

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapStrings(child, change)])) : value;
}
