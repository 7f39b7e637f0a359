import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { Challenges } from '../factor/challenges.js';
import { type Known, PasskeyRepository } from './passkey.repository.js';
import { challengeOf } from './client-data.js';
import { RelyingParty } from './relying-party.js';

/** Has a passkey signed our challenge (WebAuthn L3 §7.2)? */
@Injectable()
export class CheckPasskey {
  constructor(
    private readonly db: Database,
    private readonly party: RelyingParty,
    private readonly challenges: Challenges,
    private readonly passkeys: PasskeyRepository,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * The passkey that it was; undefined where it was none of ours, or not of `owner`, or the challenge was not right.
   * @param challenge the one that it must have signed; without one, any that was issued for passkeys, which is spent with this
   */
  async run(ctx: Ctx, assertion: Record<string, unknown>, challenge?: string, owner?: string): Promise<Known | undefined> {
    const signed = challengeOf(assertion);
    if (!signed || !(challenge === undefined ? await this.challenges.take(signed, 'passkey') : signed === challenge)) return undefined;
    const passkey = await this.passkeys.byCredential(String(assertion['id']));
    if (!passkey || !belongs(passkey, assertion, owner)) return undefined;
    const { verifyAuthenticationResponse } = await this.party.webauthn();
    const done = await verifyAuthenticationResponse({
      response: assertion as unknown as AuthenticationResponseJSON,
      expectedChallenge: signed,
      expectedOrigin: this.party.origin,
      expectedRPID: this.party.id,
      credential: { id: passkey.credential_id, publicKey: new Uint8Array(passkey.public_key), counter: passkey.sign_count },
      requireUserVerification: true,
    }).catch((error: unknown) => ({ verified: false as const, reason: String(error) }));
    if (!done.verified) {
      this.log.warn(
        { passkey: passkey.id, reason: 'reason' in done ? done.reason : 'signature', request: ctx.request },
        'a passkey is refused',
      );
      return undefined;
    }
    const { newCounter, credentialBackedUp } = done.authenticationInfo;
    await this.db.inTenant(passkey.tenant_id, () => this.passkeys.signed(passkey.id, newCounter, credentialBackedUp));
    return passkey;
  }
}

/** The person whom the authenticator names is the one whose passkey it is; it need not name one whom we know already. */
function belongs({ account_id }: Known, { response }: Record<string, unknown>, owner: string | undefined): boolean {
  const { userHandle } = response as { userHandle?: unknown };
  const named = typeof userHandle === 'string' ? Buffer.from(userHandle, 'base64url').toString() : owner;
  return named === account_id && (owner === undefined || owner === account_id);
}
