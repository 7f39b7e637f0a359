import { type BuiltinFunction, builtins, isHeld } from '@skep/contracts/builtins';
import { registry } from '@skep/contracts/registry';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { checkIr } from '../ir/check-ir.js';
import type { IrFunction, IrPanel } from '../ir/ir.js';
import { permissionsOf } from '../ir/permissions.js';
import { CallableApps } from './callable-apps.js';

/** An app as one caller may run it. Functions of a release are steps; functions of a built-in extension are operations. */
export interface ResolvedApp {
  id: string;
  /** Of its release; null for a built-in extension. */
  revision: number | null;
  functions: ReadonlyMap<string, IrFunction | BuiltinFunction>;
  panels: ReadonlyMap<string, IrPanel>;
  /** The functions that run as tasks, with their time limits in milliseconds. */
  taskTimeouts: ReadonlyMap<string, number>;
  /** What the app may do for the caller: the permissions of its release that the caller consented to. */
  permissions: ReadonlySet<string>;
  /** Why none of its functions can run. */
  loadError?: string;
  /** Whether the caller is its developer. */
  isOwnedByCaller?: boolean;
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

  /** @throws Problem `app_not_installed`, `app_suspended`, `app_disabled`. */
  async resolve(caller: Ctx, app_id: string): Promise<ResolvedApp> {
    const builtIn = BUILT_IN.get(app_id);
    if (builtIn) return builtIn;
    // These are reads: their answers must not be stored under the caller's idempotency key.
    const ctx = { ...caller, idempotencyKey: undefined };
    const { revision, permissions: consent, tool_prices, developer_id, revenue_split: split } = await this.callable.find(ctx, app_id);
    const release = await this.releases.forceFetch(`${app_id}@${revision}`, { context: { ctx, app_id, revision } });
    const permissions = consent ? grantedPermissions(consent, release.permissions) : release.permissions;
    const app = { ...release, permissions, isOwnedByCaller: developer_id === ctx.user };
    return tool_prices ? { ...app, pricing: { prices: tool_prices, developer_id, split } } : app;
  }

  private async load({ ctx, app_id, revision }: ReleaseRequest): Promise<ResolvedApp> {
    const release = await this.bus.call(registry.getRelease, ctx, { app_id, revision });
    if (!release.ir) return { ...EMPTY_APP, id: app_id, revision, loadError: `'${app_id}' has no functions that run on this installation` };
    const { ir, errors } = checkIr(release.ir, app_id);
    if (!ir) return { ...EMPTY_APP, id: app_id, revision, loadError: `revision ${revision} of '${app_id}' cannot run: ${errors[0]?.msg}` };
    const { functions, ui } = ir.app;
    return {
      id: app_id,
      revision,
      functions: new Map(functions.map((fn) => [fn.name, fn])),
      panels: new Map(ui?.panels.map((panel) => [panel.panel_id, panel])),
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
