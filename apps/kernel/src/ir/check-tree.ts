import { checkBindings, isWholeBindingText } from './check-bindings.js';
import type { Loc, Report } from './ir-fault.js';
import { COMPARATORS, isObject, type Json } from './ir.js';
import { isIdentifier, isUnsafeKey } from './names.js';

/** Checks the directives and bindings of a panel template. The kernel chooses its data, so a binding may name any root. */
export function checkTree(tree: Json, report: Report): void {
  if (!isObject(tree) || !(typeof tree['type'] === 'string' || Object.hasOwn(tree, '$if')))
    report('invalid-tree', "the root of a template needs a 'type' or an '$if'");
  checkBindings(tree, report, () => undefined);
  visit(tree, []);

  function visit(value: unknown, loc: Loc): void {
    if (Array.isArray(value)) value.forEach((item, i) => visit(item, [...loc, i]));
    if (!isObject(value)) return;
    for (const directive of ['$if', '$repeat']) {
      if (Object.hasOwn(value, directive) && !isObject(value['node'])) report('invalid-tree', `'${directive}' needs a 'node'`, ...loc);
    }
    const { $if, $repeat, as } = value;
    if ($repeat !== undefined && !(typeof $repeat === 'string' && isWholeBindingText($repeat)))
      report('invalid-tree', "'$repeat' must be exactly one {{binding}}", ...loc, '$repeat');
    if (as !== undefined && $repeat !== undefined && !(typeof as === 'string' && isIdentifier(as) && !isUnsafeKey(as))) {
      report('invalid-tree', "'as' must be an identifier", ...loc, 'as');
    }
    if ($if !== undefined && !isPanelCondition($if)) {
      report('invalid-tree', `'$if' needs a 'field' and exactly one of ${COMPARATORS.join(', ')}`, ...loc, '$if');
    }
    for (const [key, child] of Object.entries(value)) visit(child, [...loc, key]);
  }
}

function isPanelCondition(condition: unknown): boolean {
  if (!isObject(condition)) return false;
  if (typeof condition['left'] === 'string') return COMPARATORS.some((name) => name === (condition['op'] ?? 'eq'));
  return typeof condition['field'] === 'string' && COMPARATORS.filter((name) => Object.hasOwn(condition, name)).length === 1;
}
