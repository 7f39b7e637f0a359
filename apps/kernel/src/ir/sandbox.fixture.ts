import { isDeepStrictEqual } from 'node:util';
import { IrError } from './ir-error.js';
import type { Ir, JsonObject } from './ir.js';
import { parseParams } from './params.js';
import { runFunction } from './run-function.js';
import type { DocumentSelector, Verbs } from './verbs.js';

const CALL_DEPTH_MAX = 6;

/**
 * Verbs without side effects: an empty store in memory, an echo instead of a model, and calls of the app's own functions.
 */
export function sandbox(ir: Ir, store = new Map<string, Map<string, JsonObject>>(), depth = 0): Verbs {
  const collection = (kind: string): Map<string, JsonObject> => {
    let found = store.get(kind);
    if (!found) store.set(kind, (found = new Map<string, JsonObject>()));
    return found;
  };
  const matches = (data: JsonObject, where: JsonObject = {}): boolean =>
    Object.entries(where).every(([key, value]) => Object.hasOwn(data, key) && isDeepStrictEqual(data[key], value));
  const selectedIds = (kind: string, selector: DocumentSelector): string[] => {
    if ('ids' in selector) return selector.ids.filter((id) => collection(kind).has(id));
    return [...collection(kind)].filter(([, data]) => matches(data, selector.where)).map(([id]) => id);
  };
  let created = 0;

  return {
    store: {
      async create(kind, data) {
        let id: string;
        do id = `doc_${++created}`;
        while (collection(kind).has(id));
        collection(kind).set(id, data);
        return { id };
      },
      async get(kind, id) {
        const data = collection(kind).get(id);
        return data ? { id, collection: kind, data } : null;
      },
      async list(kind, { where, ids, limit }) {
        return [...collection(kind)]
          .filter(([id, data]) => matches(data, where) && (ids?.includes(id) ?? true))
          .slice(0, limit)
          .map(([id, data]) => ({ id, collection: kind, data }));
      },
      async update(kind, selector, set) {
        const ids = selectedIds(kind, selector);
        for (const id of ids) collection(kind).set(id, { ...collection(kind).get(id), ...set });
        return ids;
      },
      async delete(kind, selector) {
        return selectedIds(kind, selector).filter((id) => collection(kind).delete(id)).length;
      },
    },
    async aiComplete({ prompt }) {
      return { text: `(completion of: ${prompt})` };
    },
    async call({ app_id = ir.app.id, function: name, params }) {
      const fn = app_id === ir.app.id ? ir.app.functions.find((candidate) => candidate.name === name) : undefined;
      if (!fn) throw new IrError('UNKNOWN_SUB_FUNCTION', `'${name}' of '${app_id}' is not in the sandbox`);
      if (depth >= CALL_DEPTH_MAX) throw new IrError('EXT_UNSTRUCTURED_ERROR', `calls are nested deeper than ${CALL_DEPTH_MAX}`);
      const { steps, prev } = await runFunction(fn, parseParams(fn, params), sandbox(ir, store, depth + 1));
      return { steps, prev };
    },
  };
}
