import { type AddPasskey as Input, Conflict, type NewPasskey, UserNotFound, WrongFactor } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { Challenges } from '../factor/challenges.js';
import { FactorChange } from '../factor/factor-change.js';
import { FactorRepository } from '../factor/factor.repository.js';
import { PasswordRepository } from '../password/password.repository.js';
import { alphanumeric } from '../secrets/opaque.js';
import { challengeOf } from './client-data.js';
import { PasskeyRepository } from './passkey.repository.js';
import { RelyingParty } from './relying-party.js';

/** WebAuthn L3 §7.1. No attestation is asked for: whose make an authenticator is does not matter here. */
@Injectable()
export class AddPasskey {
  constructor(
    private readonly db: Database,
    private readonly party: RelyingParty,
    private readonly challenges: Challenges,
    private readonly credentials: PasswordRepository,
    private readonly passkeys: PasskeyRepository,
    private readonly factors: FactorRepository,
    private readonly change: FactorChange,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `wrong_factor`, `conflict`, `user_not_found` */
  async run(ctx: Ctx, { credential, name }: Input): Promise<NewPasskey> {
    const made = await this.verify(ctx, credential);
    return this.db.transaction(async () => {
      const mine = await this.credentials.of(ctx.user, ctx.tenant);
      const owner = mine && (await this.credentials.lock(mine.user_id));
      if (!owner) throw UserNotFound();
      const passkey = await this.passkeys.add(owner.user_id, { id: `pk_${alphanumeric(22)}`, name, ...made });
      if (!passkey) throw Conflict('This passkey is known already, or you have twenty.');
      await this.change.run(ctx, owner, 'passkey.added');
      return { ...passkey, recovery_codes: owner.second_factor ? [] : await this.factors.renewRecoveryCodes(owner.user_id) };
    });
  }

  private async verify(ctx: Ctx, credential: Record<string, unknown>) {
    const challenge = challengeOf(credential);
    // Spent also when the rest does not fit.
    const issued =
      challenge && (await this.db.transaction(() => this.challenges.take(challenge, 'registration', ctx.user), { apart: true }));
    if (!issued) throw WrongFactor();
    const { verifyRegistrationResponse } = await this.party.webauthn();
    const done = await verifyRegistrationResponse({
      response: credential as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: this.party.origin,
      expectedRPID: this.party.id,
      requireUserVerification: true,
    }).catch((error: unknown) => ({ verified: false as const, reason: String(error) }));
    if (!done.verified) {
      this.log.warn(
        { user: ctx.user, reason: 'reason' in done ? done.reason : 'signature', request: ctx.request },
        'a new passkey is refused',
      );
      throw WrongFactor();
    }
    const { credential: key, credentialBackedUp: backed_up } = done.registrationInfo;
    const { id: credential_id, publicKey, counter: sign_count, transports = [] } = key;
    return { credential_id, public_key: Buffer.from(publicKey), sign_count, transports, backed_up };
  }
}
