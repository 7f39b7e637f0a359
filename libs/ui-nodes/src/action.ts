import { isObject, type JsonObject } from './json.js';
import { isHostPath, linkUrl } from './url.js';

/** What a node may ask of its host. */
export type UIAction =
  | { action: 'call'; function: string; params: JsonObject }
  | { action: 'navigate'; path: string }
  | { action: 'send'; message: string }
  | { action: 'open'; url: string }
  | { action: 'open'; target: string; params: JsonObject };

/**
 * Performs actions for the nodes. It resolves once the tree shows what the action changed, and inputs then show the tree's values again. A
 * rejection is shown at the control that started the action.
 */
export type ActionRunner = (action: UIAction) => Promise<void>;

const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function navigation(path: string): UIAction | undefined {
  const href = linkUrl(path);
  if (!href) return undefined;
  return isHostPath(href) ? { action: 'navigate', path: href } : { action: 'open', url: href };
}

const named = /^[\w.:-]{1,128}$/;

function opening(value: JsonObject): UIAction | undefined {
  const target = textOf(value['target']);
  if (!value['url'] && named.test(target)) return { action: 'open', target, params: objectOf(value['params']) };
  const url = linkUrl(value['url'] ?? target);
  return url ? { action: 'open', url } : undefined;
}

/** Reads an action, with the field names of nodes or those of IR steps. Undefined if it is none, or if its URL is not safe. */
export function readAction(value: unknown): UIAction | undefined {
  if (!isObject(value)) return undefined;
  switch (value['action']) {
    case 'call': {
      const name = textOf(value['function']);
      return name ? { action: 'call', function: name, params: objectOf(value['params']) } : undefined;
    }
    case 'navigate':
      return navigation(textOf(value['path'] ?? value['url']));
    case 'send': {
      const message = textOf(value['message']);
      return message ? { action: 'send', message } : undefined;
    }
    case 'open':
      return opening(value);
    default:
      return undefined;
  }
}

/** The action with more params, if it takes params. */
export function withParams(action: UIAction, params: JsonObject): UIAction {
  return 'params' in action ? { ...action, params: { ...action.params, ...params } } : action;
}
