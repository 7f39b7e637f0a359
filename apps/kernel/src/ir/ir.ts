import { type ActionVerb, COMPARATORS } from '@skep/contracts/authoring';
export { isObject } from '@skep/contracts';
export { type ActionVerb, COMPARATORS };

// The types of the IR. Only `checkIr` creates an `Ir`, so other code can rely on its validity.

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** The IR of one release as its author wrote it, with all defaults filled in. */
export interface Ir {
  /** Address of the schema, for editors. */
  $schema?: string;
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
  /** The code of the app: ES modules, by path. */
  modules: Record<string, string>;
  mcp: McpServer | null;
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
  impl: DeclarativeImpl | HttpImpl | McpImpl | CodeImpl;
}

/** The MCP server whose tools are functions of the app. */
export interface McpServer {
  url: string;
  /** What goes up for each user; null if the server requires nothing. */
  credential: McpCredential | null;
  /** What the server may ask the client of a user for, beside a form. */
  relays: ('sampling' | 'roots')[];
  /** What the server declared at the deploy: of prompts, resources and completion. */
  capabilities: JsonObject;
}

/** A secret of the user, or an access token of their account at an OAuth provider. */
export type McpCredential = { header: string; prefix: string } & (
  { secret: string; provider?: never } | { provider: string; secret?: never }
);

/** A function that is a tool of the app's MCP server. */
export interface McpImpl {
  kind: 'mcp';
  /** Its name at the server. */
  tool: string;
  /** The hash of its definition: `pinOf`. */
  pin: string;
}

/** A function that runs on a server of its developer. */
export interface HttpImpl {
  kind: 'http';
  url: string;
}

/** What a module of the app exports as `entry`: see docs/apps/code.md. */
export interface CodeImpl {
  kind: 'code';
  module: string;
  entry: string;
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
  /** When clients read the panel again: `manual`, `interval:30s` or `on_event:a,b`. */
  refresh: string;
  render: PanelRender;
}

/**
 * A `static` tree is shown as it is; a `template` goes through `renderPanel`, with the results of `steps`, which only read; code, which only reads,
 * returns a tree.
 */
export type PanelRender = { kind: 'static'; tree: JsonObject } | { kind: 'template'; tree: JsonObject; steps?: IrStep[] } | CodeImpl;

export interface IrSkeleton {
  section: string;
  shape: JsonObject;
  producer: DeclarativeImpl | CodeImpl;
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

export type Comparator = (typeof COMPARATORS)[number];

/** The steps that a function consists of: none if it runs elsewhere. */
export const stepsOf = (impl: IrFunction['impl']): IrStep[] => (impl.kind === 'declarative' ? impl.steps : []);
