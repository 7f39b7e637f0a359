import { type BuiltinFunction, builtins, isHeld } from '@skep/contracts/builtins';
import { admits, type AppDeclarations, NotAdmitted, registry } from '@skep/contracts/registry';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { checkIr } from '../ir/check-ir.js';
import type { IrFunction, IrPanel, IrSkeleton, McpServer } from '../ir/ir.js';
import { isWebhookFunction, webhookPath } from '../ir/names.js';
import { permissionsOf } from '../ir/permissions.js';
import { CallableApps } from './callable-apps.js';

/** An app as one caller may run it. Functions of a release are steps; functions of a built-in extension are operations. */
export interface ResolvedApp {
  id: string;
  /** Of its release; null for a built-in extension. */
  revision: number | null;
  functions: ReadonlyMap<string, IrFunction | BuiltinFunction>;
  panels: ReadonlyMap<string, IrPanel>;
  /** What it knows of a user in short, by section. */
  skeleton: ReadonlyMap<string, IrSkeleton>;
  /** The functions of webhooks, by path. Only a webhook that the manifest declares runs them. */
  webhooks: ReadonlyMap<string, IrFunction>;
  /** The MCP server whose tools are functions of it. */
  mcp: McpServer | null;
  /** The code of its release: ES modules, by path. */
  modules: Readonly<Record<string, string>>;
  /** The version of its release; '' for a built-in extension. */
  version: string;
  /** What people call it; '' for a built-in extension. */
  title: string;
  /** The functions that run as tasks, with their time limits in milliseconds. */
  taskTimeouts: ReadonlyMap<string, number>;
  /** What the app may do for the caller: the permissions of its release that the caller consented to. */
  permissions: ReadonlySet<string>;
  /** Why none of its functions can run. */
  loadError?: string;
  /** Whether the caller is its developer. */
  isOwnedByCaller?: boolean;
  /** Undefined for a built-in extension. */
  developer?: { tenant_id: string; developer_id: string };
  /** The user who pays for its calls, if not the caller. */
  payer?: string;
  /** What the caller pays for its functions; undefined for a free app. */
  pricing?: Pricing;
}
/** Prices as approved. */
export interface Pricing {
  /** Credits per call, by function. */
  prices: Readonly<Record<string, number>>;
  developer_id: string;
  /** The developer's share of the prices, in percent. */
  split: number;
}
interface ReleaseRequest {
  ctx: Ctx;
  app_id: string;
  revision: number;
}

const RELEASES_MAX = 200;
const TASK_MS = 180_000;
const LONG_TASK_MS = 1_800_000;
const EMPTY_APP = {
  revision: null,
  functions: new Map<string, never>(),
  panels: new Map<string, never>(),
  skeleton: new Map<string, never>(),
  webhooks: new Map<string, never>(),
  mcp: null,
  modules: {},
  version: '',
  title: '',
  taskTimeouts: new Map<string, never>(),
  permissions: new Set<string>(),
};
const BUILT_IN: ReadonlyMap<string, ResolvedApp> = new Map(
  Object.entries(builtins).map(([id, { functions }]) => [id, { ...EMPTY_APP, id, functions: new Map(Object.entries(functions)) }]),
);

/** Resolves an app id to what the caller may run. Releases are immutable, so recently used ones stay in memory with their validators. */
@Injectable()
export class AppResolver {
  private readonly releases: LRUCache<string, ResolvedApp, ReleaseRequest>;

  constructor(
    private readonly bus: Bus,
    private readonly callable: CallableApps,
  ) {
    this.releases = new LRUCache({ max: RELEASES_MAX, fetchMethod: (_key, _stale, { context }) => this.load(context) });
  }

  /** @throws Problem `app_not_installed`, `app_suspended`, `app_disabled`; `forbidden` by the access policy of the app */
  async resolve(caller: Ctx, app_id: string): Promise<ResolvedApp> {
    const builtIn = BUILT_IN.get(app_id);
    if (builtIn) return builtIn;
    // These are reads: their answers must not be stored under the caller's idempotency key.
    const ctx = { ...caller, idempotencyKey: undefined };
    const found = await this.callable.find(ctx, app_id);
    if (!admits(found.access_policy, caller)) throw NotAdmitted();
    const { revision, permissions: consent, tool_prices, developer_id, revenue_split: split } = found;
    const release = await this.releases.forceFetch(`${app_id}@${revision}`, { context: { ctx, app_id, revision } });
    const permissions = consent ? grantedPermissions(consent, release.permissions) : release.permissions;
    const developer = { developer_id, tenant_id: found.developer_tenant_id };
    const app = { ...release, permissions, developer, isOwnedByCaller: developer_id === ctx.user };
    return tool_prices ? { ...app, pricing: { prices: tool_prices, developer_id, split } } : app;
  }

  /** An app as one of its webhooks runs it, with the name of the function: it has no prices, and its developer pays. Undefined if it has no such function. */
  async resolveWebhook(ctx: Ctx, declared: AppDeclarations, path: string): Promise<{ app: ResolvedApp; name: string } | undefined> {
    const { app_id, revision, developer_id, developer_tenant_id: tenant_id } = declared;
    const release = await this.releases.forceFetch(`${app_id}@${revision}`, { context: { ctx, app_id, revision } });
    const fn = release.webhooks.get(path);
    if (!fn) return undefined;
    const functions = new Map([...release.functions, [fn.name, fn]]);
    const developer = { tenant_id, developer_id };
    const app = { ...release, functions, taskTimeouts: new Map<string, never>(), developer, payer: developer_id, isOwnedByCaller: true };
    return { app, name: fn.name };
  }

  private async load({ ctx, app_id, revision }: ReleaseRequest): Promise<ResolvedApp> {
    const release = await this.bus.call(registry.getRelease, ctx, { app_id, revision });
    if (!release.ir) return { ...EMPTY_APP, id: app_id, revision, loadError: `'${app_id}' has no functions that run on this installation` };
    const { ir, errors } = checkIr(release.ir, app_id);
    if (!ir) return { ...EMPTY_APP, id: app_id, revision, loadError: `revision ${revision} of '${app_id}' cannot run: ${errors[0]?.msg}` };
    const { functions, mcp, modules, skeleton, title, ui, version } = ir.app;
    const { webhooks = [], named = [] } = Object.groupBy(functions, ({ name }) => (isWebhookFunction(name) ? 'webhooks' : 'named'));
    return {
      id: app_id,
      revision,
      functions: new Map(named.map((fn) => [fn.name, fn])),
      panels: new Map(ui?.panels.map((panel) => [panel.panel_id, panel])),
      skeleton: new Map(skeleton?.map((section) => [section.section, section])),
      webhooks: new Map(webhooks.map((fn) => [webhookPath(fn.name), fn])),
      mcp,
      modules,
      version,
      title,
      taskTimeouts: taskTimeoutsOf(release.manifest),
      permissions: new Set(permissionsOf(ir.app)),
    };
  }
}

/** The functions that a manifest marks as `background` (up to three minutes) or `long_running` (up to half an hour). */
function taskTimeoutsOf({ tools }: Record<string, unknown>): ReadonlyMap<string, number> {
  const marked = (Array.isArray(tools) ? tools : []) as { name: string; background?: unknown; long_running?: unknown }[];
  return new Map(
    marked.flatMap(({ name, background, long_running }) =>
      long_running === true ? [[name, LONG_TASK_MS]] : background === true ? [[name, TASK_MS]] : [],
    ),
  );
}

function grantedPermissions(consent: readonly string[], requested: ReadonlySet<string>): ReadonlySet<string> {
  const held = new Set(consent);
  return new Set([...requested].filter((permission) => isHeld(held, permission)));
}
