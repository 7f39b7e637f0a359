import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { Challenges } from '../challenge/challenges.js';
import { parseChallenge } from './client-data.js';
import type { PasskeyEntity } from './passkey.entity.js';
import { PasskeyRepository } from './passkey.repository.js';
import { RelyingParty } from './relying-party.js';

/** Verifies the signature of a passkey (WebAuthn L3 §7.2). */
@Injectable()
export class CheckPasskey {
  constructor(
    private readonly db: Database,
    private readonly relyingParty: RelyingParty,
    private readonly challenges: Challenges,
    private readonly passkeys: PasskeyRepository,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Returns the passkey; undefined if it is unknown or not of `owner`, or if the challenge or the signature is wrong.
   * @param challenge the challenge that it must have signed; by default any that was issued for passkeys, which this consumes
   */
  async run(ctx: Ctx, assertion: Record<string, unknown>, challenge?: string, owner?: string): Promise<PasskeyEntity | undefined> {
    const signed = parseChallenge(assertion);
    if (!signed || !(challenge === undefined ? await this.challenges.consume(signed, 'passkey') : signed === challenge)) return undefined;
    const passkey = await this.passkeys.findByCredentialId(String(assertion['id']));
    if (!passkey || !isOwnedBy(passkey, assertion, owner)) return undefined;
    const { verifyAuthenticationResponse } = await this.relyingParty.loadWebauthn();
    const result = await verifyAuthenticationResponse({
      response: assertion as unknown as AuthenticationResponseJSON,
      expectedChallenge: signed,
      expectedOrigin: this.relyingParty.origin,
      expectedRPID: this.relyingParty.id,
      credential: { id: passkey.credential_id, publicKey: new Uint8Array(passkey.public_key), counter: passkey.sign_count },
      requireUserVerification: true,
    }).catch((error: unknown) => ({ verified: false as const, reason: String(error) }));
    if (!result.verified) {
      this.log.warn(
        { passkey: passkey.id, reason: 'reason' in result ? result.reason : 'signature', request: ctx.request },
        'passkey rejected',
      );
      return undefined;
    }
    const { newCounter, credentialBackedUp } = result.authenticationInfo;
    await this.db.inTenant(passkey.tenant_id, () => this.passkeys.recordUse(passkey.id, newCounter, credentialBackedUp));
    return passkey;
  }
}

/** The authenticator must name the passkey's owner. It may omit the name if we know the owner already. */
function isOwnedBy({ account_id }: PasskeyEntity, { response }: Record<string, unknown>, owner: string | undefined): boolean {
  const { userHandle } = response as { userHandle?: unknown };
  const named = typeof userHandle === 'string' ? Buffer.from(userHandle, 'base64url').toString() : owner;
  return named === account_id && (owner === undefined || owner === account_id);
}
