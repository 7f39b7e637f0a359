import { type BuiltinFunction, builtins, isHeld, registry } from '@skep/contracts';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { checkIr } from '../ir/check-ir.js';
import type { IrFunction, IrPanel } from '../ir/ir.js';
import { permissionsOf } from '../ir/permissions.js';

/** What can be called of an app: a release's functions are steps, a built-in extension's functions are operations. */
export interface App {
  id: string;
  functions: ReadonlyMap<string, IrFunction | BuiltinFunction>;
  panels: ReadonlyMap<string, IrPanel>;
  /** What it may do for whoever has opened it: what its release wants, so far as they have consented. */
  permissions: ReadonlySet<string>;
  /** Why nothing of it can run. */
  broken?: string;
  /** Whoever has opened it has made it. */
  own?: boolean;
  /** What it costs whoever has opened it. */
  terms?: Terms;
}
/** As approved: credits a call by function, of which the developer gets so many percent. */
export interface Terms {
  prices: Readonly<Record<string, number>>;
  developer_id: string;
  split: number;
}
interface Wanted {
  ctx: Ctx;
  app_id: string;
  revision: number;
}

const KEPT = 200;
const NOTHING = { functions: new Map<string, never>(), panels: new Map<string, never>(), permissions: new Set<string>() };
const BUILT_IN: ReadonlyMap<string, App> = new Map(
  Object.entries(builtins).map(([id, { functions }]) => [id, { ...NOTHING, id, functions: new Map(Object.entries(functions)) }]),
);

/** Finds what a caller may run. Releases never change, so the ones in use stay in memory, their params' validators with them. */
@Injectable()
export class Apps {
  private readonly releases: LRUCache<string, App, Wanted>;

  constructor(private readonly bus: Bus) {
    this.releases = new LRUCache({ max: KEPT, fetchMethod: (_key, _old, { context }) => this.load(context) });
  }

  /** @throws Problem `app_not_installed`, `app_suspended`, `app_disabled`. */
  async open(caller: Ctx, app_id: string): Promise<App> {
    const builtIn = BUILT_IN.get(app_id);
    if (builtIn) return builtIn;
    // Reading needs no idempotency key, and an answer must not be kept under one.
    const ctx = { ...caller, idempotencyKey: undefined };
    const { revision, permissions: consent, tool_prices, ...terms } = await this.bus.call(registry.resolveCall, ctx, { app_id });
    const { developer_id, revenue_split: split } = terms;
    const release = await this.releases.forceFetch(`${app_id}@${revision}`, { context: { ctx, app_id, revision } });
    const permissions = consent ? within(consent, release.permissions) : release.permissions;
    const app = { ...release, permissions, own: developer_id === ctx.user };
    return tool_prices ? { ...app, terms: { prices: tool_prices, developer_id, split } } : app;
  }

  private async load({ ctx, app_id, revision }: Wanted): Promise<App> {
    const release = await this.bus.call(registry.getRelease, ctx, { app_id, revision });
    if (!release.ir) return { ...NOTHING, id: app_id, broken: 'this app has no functions that run here' };
    const { ir, errors } = checkIr(release.ir, app_id);
    if (!ir) return { ...NOTHING, id: app_id, broken: `this release cannot run: ${errors[0]?.msg}` };
    const { functions, ui } = ir.app;
    return {
      id: app_id,
      functions: new Map(functions.map((fn) => [fn.name, fn])),
      panels: new Map(ui?.panels.map((panel) => [panel.panel_id, panel])),
      permissions: new Set(permissionsOf(ir.app)),
    };
  }
}

function within(consent: readonly string[], wanted: ReadonlySet<string>): ReadonlySet<string> {
  const held = new Set(consent);
  return new Set([...wanted].filter((permission) => isHeld(held, permission)));
}
