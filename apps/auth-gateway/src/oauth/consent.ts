import type { ConsentTool } from '@skep/contracts/auth';
import { type MyExtension, registry } from '@skep/contracts/registry';
import { isRefusal } from '@skep/contracts';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { UserIdentity } from '../account/account.repository.js';
import { ServerMetadata } from './server-metadata.js';

/** Reads what a user consents to: the tools that a client may call now, with their prices. */
@Injectable()
export class Consent {
  constructor(
    private readonly bus: Bus,
    private readonly metadata: ServerMetadata,
  ) {}

  async listTools(ctx: Ctx, { user_id, tenant_id, email, role, scopes }: UserIdentity, resource: string): Promise<ConsentTool[]> {
    const asUser: Ctx = { ...ctx, user: user_id, tenant: tenant_id, email, role, scopes, actor: 'user' };
    const app = this.metadata.appOf(resource);
    const apps = await this.findApps(asUser, app);
    return (await Promise.all(apps.map((each) => this.toolsOf(asUser, each)))).flat();
  }

  /** None for an app that does not exist, as for one that is not installed: the page has a sentence for that. */
  private async findApps(ctx: Ctx, app_id: string): Promise<MyExtension[]> {
    const apps = app_id
      ? [await this.bus.call(registry.getMyExtension, ctx, { app_id }).catch(noneIfMissing)]
      : (await this.bus.call(registry.listMyExtensions, ctx, {})).rows;
    return apps.filter((app) => app !== undefined).filter(({ is_disabled, is_suspended }) => !is_disabled && !is_suspended);
  }

  private async toolsOf(ctx: Ctx, { app_id, name: app, functions }: MyExtension): Promise<ConsentTool[]> {
    if (!functions.length) return [];
    const callable = await this.bus.call(registry.resolveCall, ctx, { app_id }).catch(noneIfMissing);
    return functions.map(({ name, description }) => ({ app, name, description, price: callable?.tool_prices?.[name] ?? null }));
  }
}

function noneIfMissing(error: unknown): undefined {
  if (!isRefusal(error)) throw error;
}
