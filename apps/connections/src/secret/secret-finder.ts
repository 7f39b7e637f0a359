import { type AppSecrets, SecretNotDeclared, type SecretRef } from '@skep/contracts/connections';
import type { AppDeclarations } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { DeclaredApps } from '../declared-apps/declared-apps.js';
import { assertCallerOf, assertUser, callerOf, type SecretCaller } from './caller.js';
import { type DeclaredSecret, secretsOf } from './declared-secret.js';
import type { SecretOwner } from './secret.repository.js';

/** A secret that an app declares, for one caller. */
export interface FoundSecret {
  declared: DeclaredSecret;
  owner: SecretOwner;
  caller: SecretCaller;
  /** Whether the caller may set and delete it. */
  isWritable: boolean;
}

/** Finds what an app declares, and what its caller may do with it. */
@Injectable()
export class SecretFinder {
  constructor(private readonly apps: DeclaredApps) {}

  /** @throws Problem `secret_not_declared`, `forbidden`, `app_not_installed`, `app_suspended` */
  async find(ctx: Ctx, input: SecretRef): Promise<FoundSecret> {
    assertCallerOf(ctx, input);
    const app = await this.apps.find(ctx, input.app_id);
    const declared = secretsOf(app).find(({ name }) => name === input.name);
    if (!declared) throw SecretNotDeclared(`${app.app_id} does not declare the secret ${input.name} in its manifest.`);
    if (declared.scope === 'user') assertUser(ctx);
    const caller = callerOf(ctx, input, app);
    return { declared, owner: ownerOf(ctx, app, declared), caller, isWritable: isWritable(declared, caller) };
  }

  /** The secrets that the caller may know of, by owner. @throws Problem `forbidden`, `app_not_installed`, `app_suspended` */
  async list(ctx: Ctx, input: AppSecrets): Promise<{ owner: SecretOwner; declared: DeclaredSecret[] }[]> {
    assertCallerOf(ctx, input);
    const app = await this.apps.find(ctx, input.app_id);
    const { isApp, isDeveloper } = callerOf(ctx, input, app);
    const scopes = [...(ctx.user ? (['user'] as const) : []), ...(isApp || isDeveloper ? (['app'] as const) : [])];
    return scopes.map((scope) => ({
      owner: ownerOf(ctx, app, { scope }),
      declared: secretsOf(app).filter((secret) => secret.scope === scope),
    }));
  }
}

const ownerOf = (ctx: Ctx, app: AppDeclarations, { scope }: Pick<DeclaredSecret, 'scope'>): SecretOwner =>
  scope === 'app'
    ? { tenant_id: app.developer_tenant_id, user_id: app.developer_id, app_id: app.app_id, scope }
    : { tenant_id: ctx.tenant, user_id: ctx.user, app_id: app.app_id, scope };

/** Secrets of the app are set for its developer only. The manifest says whether people set a secret, or the app for them. */
const isWritable = ({ scope, write_mode }: DeclaredSecret, { isApp, isDeveloper }: SecretCaller) =>
  (scope === 'user' || isDeveloper) && (write_mode === 'both' || (write_mode === 'extension') === isApp);
