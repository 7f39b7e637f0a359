// The types of the IR. Only `checkIr` creates an `Ir`, so other code can rely on its validity.

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** The IR of one release as its author wrote it, with all defaults filled in. */
export interface Ir {
  ir_version: string;
  sdl_vocab_version: string;
  contract_version: string;
  app: IrApp;
}

export interface IrApp {
  id: string;
  version: string;
  title: string;
  description: string;
  icon: string;
  capabilities: string[];
  data: JsonObject | null;
  functions: IrFunction[];
  ui: { panels: IrPanel[] } | null;
  skeleton: IrSkeleton[] | null;
  automations: JsonObject[];
  events: JsonObject | null;
  lifecycle: JsonObject | null;
}

export interface IrFunction {
  name: string;
  description: string;
  /** JSON Schema 2020-12 of the call's params; `{}` accepts any object. */
  params_schema: JsonObject;
  return_schema: JsonObject | null;
  action_type: 'read' | 'write' | 'destructive' | null;
  effects: string[];
  event: string;
  impl: DeclarativeImpl;
}

export interface DeclarativeImpl {
  kind: 'declarative';
  steps: IrStep[];
}

export interface IrPanel {
  panel_id: string;
  slot: 'center' | 'left' | 'right' | 'overlay' | 'bottom' | 'chat-sidebar';
  title: string;
  icon: string;
  /** A `static` tree is shown as it is; a `template` goes through `renderPanel`. */
  render: { kind: 'static' | 'template'; tree: JsonObject };
}

export interface IrSkeleton {
  section: string;
  shape: JsonObject;
  producer: DeclarativeImpl;
  alert: boolean;
  /** Seconds. */
  ttl: number;
}

export type IrStep = ActionStep | ConditionalStep;

export interface ActionStep {
  id: string;
  op: ActionVerb;
  args: JsonObject;
}

/** Continues at the step `then` or `else`; a missing or null target ends the function. */
export interface ConditionalStep {
  id: string;
  op: 'conditional';
  if: IrCondition;
  then: string;
  else?: string | null;
}

/** A field (usually a binding) and exactly one comparator. */
export type IrCondition = { field: string } & Partial<Record<Comparator, Json>>;

export const COMPARATORS = ['eq', 'neq', 'gt', 'lt', 'in', 'exists'] as const;
export type Comparator = (typeof COMPARATORS)[number];

export type ActionVerb =
  'store.create' | 'store.get' | 'store.list' | 'store.update' | 'store.delete' | 'ai.complete' | 'call' | 'send' | 'navigate' | 'open';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
