import { evaluateCondition } from './condition.js';
import { isObject, type IrCondition, type Json, type JsonObject } from './ir.js';
import { Meter } from './meter.js';
import { resolveBindings, type TemplateContext } from './template.js';

/** Bytes of a rendered panel. */
export const PANEL_BYTES_MAX = 256 * 1024;

/**
 * Renders a panel template to a UI node, or to null if the `$if` of its root is false.
 *
 * - `{"$repeat": "{{list}}", "as": "item", "node": {…}}` becomes one node per element, which binds the element as `as` (default 'item').
 *   Within an array the nodes replace the directive. A value that is not an array produces no nodes.
 * - `{"$if": {field, eq…}, "node": {…}}` becomes its node, or is removed from its array, or together with its key.
 *   The older form `{left, op, right}` of a condition is accepted.
 *
 * Throws IrError EXT_UNSTRUCTURED_ERROR if the result is larger than 256 KiB.
 */
export function renderPanel(tree: JsonObject, context: TemplateContext): Json {
  return render(tree, context, new Meter(PANEL_BYTES_MAX))[0] ?? null;
}

/** The nodes that replace `value`: one, none, or one per element. */
function render(value: Json, context: TemplateContext, meter: Meter): Json[] {
  meter.spend(8);
  if (Array.isArray(value)) return [value.flatMap((item) => render(item, context, meter))];
  if (!isObject(value)) return [resolveBindings(value, context, meter)];
  if (Object.hasOwn(value, '$if')) {
    const condition = toCondition(value['$if']);
    return evaluateCondition(condition, context, meter) ? render((value['node'] as Json) ?? null, context, meter) : [];
  }
  if (Object.hasOwn(value, '$repeat')) {
    const list = resolveBindings(value['$repeat'] as Json, context, meter);
    const name = typeof value['as'] === 'string' ? value['as'] : 'item';
    if (!Array.isArray(list)) return [];
    return list.flatMap((item) => render((value['node'] as Json) ?? null, { ...context, [name]: item }, meter));
  }
  return [
    Object.fromEntries(
      Object.entries(value).flatMap(([key, child]) => {
        meter.spend(key.length);
        const nodes = render(child, context, meter);
        if (isRepeat(child)) return [[key, nodes]];
        return nodes.length ? [[key, nodes[0] as Json]] : [];
      }),
    ),
  ];
}

const isRepeat = (value: unknown): boolean =>
  isObject(value) && (Object.hasOwn(value, '$repeat') || (Object.hasOwn(value, '$if') && isRepeat(value['node'])));

function toCondition(condition: unknown): IrCondition {
  if (!isObject(condition)) return { field: '' };
  if (!Object.hasOwn(condition, 'left')) return condition as IrCondition;
  return { field: condition['left'] as string, [String(condition['op'] ?? 'eq')]: condition['right'] as Json };
}
