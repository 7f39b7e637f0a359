import { auth, type FirebaseRef, type FirebaseToken, type PersonRef } from '@skep/contracts/auth';
import { Bus, type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { aboutUser, Audit } from '../audit/audit.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { RevokeSession } from '../session/revoke-session.js';
import { FirebaseIdentityRepository } from './firebase-identity.repository.js';
import { IdentifyFirebase } from './identify-firebase.js';
import { IdentityToolkit } from './identity-toolkit.js';

@Handlers()
export class FirebaseHandlers {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly config: AuthGatewayConfig,
    private readonly identify: IdentifyFirebase,
    private readonly identities: FirebaseIdentityRepository,
    private readonly toolkit: IdentityToolkit,
    private readonly revokeSession: RevokeSession,
    private readonly audit: Audit,
  ) {}

  @Handle(auth.identifyFirebase)
  identifyFirebase(ctx: Ctx, { token }: FirebaseToken) {
    return this.identify.run(ctx, token);
  }

  /** Times of tokens are whole seconds: ours ends the current one too. */
  @Handle(auth.endSignIns)
  async endSignIns(ctx: Ctx, { user_id }: PersonRef) {
    const seconds = Math.floor(Date.now() / 1_000);
    const subjects = await this.db.transaction(async () => {
      const revoked = await this.identities.revoke(ctx, user_id, this.config.FIREBASE_PROJECT, new Date((seconds + 1) * 1_000));
      await this.revokeSession.allOfUser(ctx, { user_id, tenant_id: ctx.tenant }, 'user');
      if (revoked.length) await this.audit.record(ctx, { action: 'firebase.revoked', ...aboutUser(user_id) });
      return revoked;
    });
    // Without the broadcast, gateways would notice two seconds later.
    this.bus.broadcast(auth.apiKeyRevoked, {});
    if (this.toolkit.isConfigured) for (const subject of subjects) await this.toolkit.revoke(subject, seconds);
    return { subjects };
  }

  @Handle(auth.deleteFirebase)
  async deleteFirebase(_: Ctx, { subject }: FirebaseRef) {
    await this.toolkit.delete(subject);
    return { message: 'The Firebase user is deleted.' };
  }
}
