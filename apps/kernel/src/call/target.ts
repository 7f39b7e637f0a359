import type { BuiltinFunction } from '@skep/contracts/builtins';
import { IrError } from '../ir/ir-error.js';
import type { IrFunction, IrPanel, IrSkeleton, JsonObject } from '../ir/ir.js';
import { parseParams } from '../ir/params.js';
import { type Call, panelIdOf, sectionOf } from './call.js';

/** What of a call says what it runs. */
type Named = Pick<Call, 'app' | 'name' | 'params'> & Partial<Pick<Call, 'source'>>;

/** What a call runs. */
export type Target =
  | { readonly kind: 'panel'; readonly panel: IrPanel }
  | { readonly kind: 'section'; readonly section: IrSkeleton }
  | { readonly kind: 'operation'; readonly fn: BuiltinFunction }
  /** A function of a release. @param event the valid params, with defaults */
  | { readonly kind: 'steps'; readonly fn: IrFunction; readonly event: JsonObject };

/** Whether a call names a panel or a function, with valid params. */
export function hasTarget(call: Named): boolean {
  try {
    return findTarget(call) !== undefined;
  } catch {
    return false;
  }
}

/** The panel or function that a call names, with valid params. @throws IrError `UNKNOWN_SUB_FUNCTION`, and those of `parseParams`. */
export function findTarget({ app, name, params, source }: Named): Target {
  if (app.loadError) throw new IrError('EXT_UNSTRUCTURED_ERROR', app.loadError);
  const panelId = panelIdOf(name);
  if (panelId !== undefined) {
    const panel = app.panels.get(panelId);
    if (!panel) throw new IrError('UNKNOWN_SUB_FUNCTION', `'${app.id}' has no panel '${panelId}'`);
    return { kind: 'panel', panel };
  }
  const section = app.skeleton.get(sectionOf({ name, source }) ?? '');
  if (section) return { kind: 'section', section };
  const fn = app.functions.get(name);
  if (!fn) throw new IrError('UNKNOWN_SUB_FUNCTION', `'${app.id}' has no function '${name}'`);
  return 'operation' in fn ? { kind: 'operation', fn } : { kind: 'steps', fn, event: parseParams(fn, params) };
}
