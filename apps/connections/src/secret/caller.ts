import { Forbidden, InvalidInput } from '@skep/contracts';
import type { AppSecrets } from '@skep/contracts/connections';
import type { AppDeclarations } from '@skep/contracts/registry';
import { type Ctx, extensionOf } from '@skep/platform';

/** Who asks for secrets of an app: its code, a person, or the person who develops it. */
export interface SecretCaller {
  isApp: boolean;
  isDeveloper: boolean;
}

/**
 * An extension token, or a service that names the app in X-Ext-Id, is the app. Every other caller is the user on whose behalf they call.
 * @throws Problem `forbidden` if the caller works for another app
 */
export function assertCallerOf(ctx: Ctx, { app_id, ext_id }: AppSecrets): void {
  const isOther = (id: string | undefined) => id !== undefined && id !== app_id;
  if (isOther(ext_id) || isOther(extensionOf(ctx))) throw Forbidden('You may only use secrets of your own app.');
}

export const callerOf = (ctx: Ctx, { ext_id }: AppSecrets, { developer_id, developer_tenant_id }: AppDeclarations): SecretCaller => ({
  isApp: extensionOf(ctx) !== undefined || (ctx.actor.startsWith('service:') && ext_id !== undefined),
  isDeveloper: ctx.user === developer_id && ctx.tenant === developer_tenant_id,
});

/** @throws Problem `invalid_input` if an app names no user for what belongs to one */
export function assertUser({ user }: Ctx): void {
  if (!user) throw InvalidInput([{ loc: ['user_id'], msg: 'Name the acting user in X-Acting-User', type: 'missing' }]);
}
