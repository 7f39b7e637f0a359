import { type AppRef, Conflict } from '@skep/contracts';
import {
  auth,
  type ExtensionTokenItem,
  ExtensionTokenNotFound,
  type ExtensionTokenRef,
  type ExtensionTokenSecret,
  InvalidCredentials,
} from '@skep/contracts/auth';
import { Bus, type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { Audit } from '../audit/audit.js';
import { randomAlphanumeric, sha256 } from '../secrets/opaque-tokens.js';
import type { ExtensionTokenEntity } from './extension-token.entity.js';
import { ExtensionTokenRepository } from './extension-token.repository.js';

const PREFIX = 'skep_ext_';
const TOKEN_PATTERN = /^skep_ext_[A-Za-z0-9]{43}$/;

const toItem = ({ id, prefix, app_id, tenant_id, created_at, last_used_at }: ExtensionTokenEntity): ExtensionTokenItem => ({
  token_id: id,
  prefix,
  app_id,
  tenant_id,
  created_at,
  last_used_at,
});

@Handlers()
export class ExtensionTokenHandlers {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly tokens: ExtensionTokenRepository,
    private readonly audit: Audit,
  ) {}

  @Handle(auth.createExtensionToken)
  createExtensionToken(ctx: Ctx, { app_id }: AppRef) {
    const token = `${PREFIX}${randomAlphanumeric(43)}`;
    const id = `ext_${randomAlphanumeric(20, 'lower')}`;
    const prefix = token.slice(0, PREFIX.length + 6);
    return this.db.transaction(async () => {
      const added = await this.tokens.add(ctx, { id, app_id, hash: sha256(token), prefix });
      if (!added) throw Conflict('This app has the maximum number of extension tokens. Revoke one first.');
      const target = { target_type: 'extension_token', target_id: id };
      await this.audit.record(ctx, { action: 'extension_token.created', ...target, metadata: { prefix, app_id } });
      return { ...toItem(added), token };
    });
  }

  @Handle(auth.listExtensionTokens)
  async listExtensionTokens(ctx: Ctx, { app_id }: AppRef) {
    const tokens = (await this.tokens.list(ctx, app_id)).map(toItem);
    return { tokens, total: tokens.length };
  }

  @Handle(auth.revokeExtensionToken)
  async revokeExtensionToken(ctx: Ctx, { app_id, token_id }: ExtensionTokenRef) {
    await this.db.transaction(async () => {
      const revoked = await this.tokens.revoke(ctx, app_id, token_id);
      if (!revoked) throw ExtensionTokenNotFound();
      const target = { target_type: 'extension_token', target_id: token_id };
      if (revoked.newly_revoked) await this.audit.record(ctx, { action: 'extension_token.revoked', ...target, metadata: { app_id } });
    });
    // Without the broadcast, gateways would notice two seconds later.
    this.bus.broadcast(auth.apiKeyRevoked, {});
    return { token_id, status: 'revoked' };
  }

  @Handle(auth.verifyExtensionToken)
  async verifyExtensionToken(_: Ctx, { token }: ExtensionTokenSecret) {
    const holder = TOKEN_PATTERN.test(token) ? await this.tokens.findHolderAndRecordUse(sha256(token)) : undefined;
    if (!holder) throw InvalidCredentials('This extension token is invalid or was revoked.');
    return holder;
  }
}
