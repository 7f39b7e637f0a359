import { auth } from '@skep/contracts/auth';
import { Bus, extensionActor, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CachedVerifier } from './cached-verifier.js';
import { bearerOf, type Credential, firstValue, type Identity, NOBODY } from './credential.js';

/** Verifies extension tokens. */
@Injectable()
export class ExtensionTokens extends CachedVerifier {
  constructor(bus: Bus) {
    super(bus, 'extension token');
  }

  protected async verify(token: string): Promise<Identity> {
    const ctx = newCtx({ actor: 'service:api-gateway' });
    const { app_id, tenant_id } = await this.bus.call(auth.verifyExtensionToken, ctx, { token });
    return { caller: { ...NOBODY, tenant: tenant_id, actor: extensionActor(app_id) }, app: app_id };
  }
}

const PREFIX = 'skep_ext_';

/** `X-Service-Token` or `Authorization: Bearer` with an extension token. In an API it comes before the service token, which has the same headers. */
export const extensionToken: Credential = {
  name: 'extensionToken',
  holder: 'extension',
  read: (headers) => [firstValue(headers['x-service-token']), bearerOf(headers)].find((token) => token?.startsWith(PREFIX)),
  verifier: ExtensionTokens,
  scheme: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Service-Token',
    description:
      'For the code of an app: a token that its developer created with `POST /v1/developer/apps/{app_id}/extension-tokens`. It works for this app and its tenant only. `X-Acting-User` names the user on whose behalf the app calls.',
  },
};
