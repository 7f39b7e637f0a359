import { holds } from './condition.js';
import { isObject, type IrCondition, type Json, type JsonObject } from './ir.js';
import { Meter } from './meter.js';
import { resolve, type Context } from './template.js';

export const PANEL_BYTES_MAX = 256 * 1024;

/**
 * A panel template as a UI node, or null when its root's `$if` does not hold.
 *
 * - `{"$repeat": "{{list}}", "as": "item", "node": {…}}` becomes one node an element, each seeing its element under the name `as`
 *   ('item' if none). Inside a list the nodes take the directive's place. What is not a list repeats nothing.
 * - `{"$if": {field, eq…}, "node": {…}}` becomes its node, or disappears: out of a list, or with its prop.
 *   The older form `{left, op, right}` of a condition is understood.
 *
 * Throws IrError EXT_UNSTRUCTURED_ERROR when the result would be larger than 256 KiB.
 */
export function renderPanel(tree: JsonObject, context: Context): Json {
  return render(tree, context, new Meter(PANEL_BYTES_MAX))[0] ?? null;
}

/** The nodes that stand where `value` stood: one, none, or one an element. */
function render(value: Json, context: Context, meter: Meter): Json[] {
  meter.spend(8);
  if (Array.isArray(value)) return [value.flatMap((item) => render(item, context, meter))];
  if (!isObject(value)) return [resolve(value, context, meter)];
  if (Object.hasOwn(value, '$if')) {
    const condition = asCondition(value['$if']);
    return holds(condition, context, meter) ? render((value['node'] as Json) ?? null, context, meter) : [];
  }
  if (Object.hasOwn(value, '$repeat')) {
    const list = resolve(value['$repeat'] as Json, context, meter);
    const name = typeof value['as'] === 'string' ? value['as'] : 'item';
    if (!Array.isArray(list)) return [];
    return list.flatMap((item) => render((value['node'] as Json) ?? null, { ...context, [name]: item }, meter));
  }
  return [
    Object.fromEntries(
      Object.entries(value).flatMap(([key, child]) => {
        meter.spend(key.length);
        const nodes = render(child, context, meter);
        if (repeats(child)) return [[key, nodes]];
        return nodes.length ? [[key, nodes[0] as Json]] : [];
      }),
    ),
  ];
}

const repeats = (value: unknown): boolean =>
  isObject(value) && (Object.hasOwn(value, '$repeat') || (Object.hasOwn(value, '$if') && repeats(value['node'])));

function asCondition(condition: unknown): IrCondition {
  if (!isObject(condition)) return { field: '' };
  if (!Object.hasOwn(condition, 'left')) return condition as IrCondition;
  return { field: condition['left'] as string, [String(condition['op'] ?? 'eq')]: condition['right'] as Json };
}
