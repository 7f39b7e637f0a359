import { Conflict } from '@skep/contracts';
import { type AddPasskey as Input, type NewPasskey, UserNotFound, WrongFactor } from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { AccountRepository } from '../account/account.repository.js';
import { Challenges } from '../challenge/challenges.js';
import { FactorRepository } from '../factor/factor.repository.js';
import { parseChallenge } from '../passkey/client-data.js';
import { PasskeyRepository } from '../passkey/passkey.repository.js';
import { RelyingParty } from '../passkey/relying-party.js';
import { randomAlphanumeric } from '../secrets/opaque-tokens.js';
import { FinishFactorChange } from './finish-factor-change.js';

/** Registers a passkey (WebAuthn L3 §7.1). Requires no attestation: any authenticator is accepted. */
@Injectable()
export class AddPasskey {
  constructor(
    private readonly db: Database,
    private readonly relyingParty: RelyingParty,
    private readonly challenges: Challenges,
    private readonly accounts: AccountRepository,
    private readonly passkeys: PasskeyRepository,
    private readonly factors: FactorRepository,
    private readonly finishChange: FinishFactorChange,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `wrong_factor`, `conflict`, `user_not_found` */
  async run(ctx: Ctx, { credential, name }: Input): Promise<NewPasskey> {
    const verified = await this.verify(ctx, credential);
    return this.db.transaction(async () => {
      const account = await this.accounts.findCredential(ctx);
      const owner = account && (await this.accounts.lockCredential(account.user_id));
      if (!owner) throw UserNotFound();
      const passkey = await this.passkeys.add(owner.user_id, { id: `pk_${randomAlphanumeric(22)}`, name, ...verified });
      if (!passkey) throw Conflict('This passkey is already registered, or you have the maximum of 20 passkeys.');
      await this.finishChange.run(ctx, owner, 'passkey.added');
      return { ...passkey, recovery_codes: owner.second_factor ? [] : await this.factors.regenerateRecoveryCodes(owner.user_id) };
    });
  }

  private async verify(ctx: Ctx, credential: Record<string, unknown>) {
    const challenge = parseChallenge(credential);
    // Consumed even if the verification fails.
    const issued =
      challenge && (await this.db.transaction(() => this.challenges.consume(challenge, 'registration', ctx.user), { apart: true }));
    if (!issued) throw WrongFactor();
    const { verifyRegistrationResponse } = await this.relyingParty.loadWebauthn();
    const result = await verifyRegistrationResponse({
      response: credential as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: this.relyingParty.origin,
      expectedRPID: this.relyingParty.id,
      requireUserVerification: true,
    }).catch((error: unknown) => ({ verified: false as const, reason: String(error) }));
    if (!result.verified) {
      this.log.warn(
        { user: ctx.user, reason: 'reason' in result ? result.reason : 'signature', request: ctx.request },
        'new passkey rejected',
      );
      throw WrongFactor();
    }
    const { credential: key, credentialBackedUp: backed_up } = result.registrationInfo;
    const { id: credential_id, publicKey, counter: sign_count, transports = [] } = key;
    return { credential_id, public_key: Buffer.from(publicKey), sign_count, transports, backed_up };
  }
}
