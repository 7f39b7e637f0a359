import { AppRef, IDS } from '../common.js';
import { broadcast, list, operation } from '../define.js';
import { type FieldDocs, Instant, Nullable, Optional, Shape, Text } from '../fields.js';

const docs = {
  webhook: { description: 'Path of the webhook. Left out: the secret that signs calls of functions on your server.', example: '/orders' },
  rotated_at: { description: 'When it replaced another one; null if it is the first.' },
  previous_until: { description: 'Until when the secret before it is valid too; null if there is none.' },
} satisfies Record<string, FieldDocs>;

@Shape('Identifies a secret of an app: of one of its webhooks, or of the functions on a server of its developer.')
export class SigningSecretRef extends AppRef {
  @Optional() @Text({ max: 200, pattern: /^\/[a-z0-9_/-]+$/, ...docs.webhook }) webhook?: string;
}

@Shape('A secret of an app, shown only in this answer.')
export class SigningSecret {
  @Text(IDS.app) app_id!: string;
  @Nullable() @Text({ ...docs.webhook, description: 'Path of the webhook; null for the functions on your server.' }) webhook!:
    string | null;
  @Text({ description: 'The secret. Store it now: it is not shown again.', example: 'whsec_…' }) secret!: string;
  @Nullable() @Instant(docs.rotated_at) rotated_at!: Date | null;
  @Nullable() @Instant(docs.previous_until) previous_until!: Date | null;
}

@Shape('A secret of an app, without the secret itself.')
export class SigningSecretItem {
  @Nullable() @Text({ ...docs.webhook, description: 'Path of the webhook; null for the functions on your server.' }) webhook!:
    string | null;
  @Nullable() @Instant({ description: 'When it was shown; null if it was not.' }) shown_at!: Date | null;
  @Nullable() @Instant(docs.rotated_at) rotated_at!: Date | null;
  @Nullable() @Instant(docs.previous_until) previous_until!: Date | null;
}

@Shape('A secret of an app was shown or replaced. Sent after the change is committed; it may be lost.')
export class SigningSecretChanged {
  @Text({ description: 'Tenant of the developer.', example: 'default' }) tenant_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text(IDS.app) app_id!: string;
}

/** Internal: called by developer-portal, which checks first that the app is the caller's. */
export const signingSecretMembers = {
  createSigningSecret: operation('Show or rotate a secret of an app', { input: SigningSecretRef, output: SigningSecret, secret: true }),
  listSigningSecrets: operation('List the secrets of an app', { input: AppRef, output: list(SigningSecretItem) }),
  signingSecretChanged: broadcast(SigningSecretChanged),
};
