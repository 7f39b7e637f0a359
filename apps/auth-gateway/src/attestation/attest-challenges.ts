import { AttestChallengeExpired, type AttestPurpose } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { randomAlphanumeric } from '../secrets/opaque-tokens.js';
import { AttestChallengeEntity } from './attest-challenge.entity.js';

const CHALLENGE_BYTES = 32;
const CHALLENGE_SECONDS = 300;

const TAKE = statement(
  `delete from attest_challenge
    where id = :id and purpose = :purpose and expires_at > now()
      and (user_id is null or (user_id = :user and tenant_id = :tenant)) and (key_id is null or key_id = :key_id)
   returning challenge`,
  { challenge: 'bytea' },
);

/** Challenges for devices. Each works once, for its purpose, its user and its key. They work without a tenant, because no one need be signed in. */
@Injectable()
export class AttestChallenges {
  constructor(private readonly db: Database) {}

  async issue({ user, tenant }: Ctx, purpose: AttestPurpose, key_id: string | undefined) {
    const id = `ach_${randomAlphanumeric(22)}`;
    const challenge = randomBytes(CHALLENGE_BYTES);
    const expires_at = new Date(Date.now() + CHALLENGE_SECONDS * 1000);
    const bound = { user_id: user || null, tenant_id: user ? tenant : null, key_id: key_id ?? null };
    await this.db.acrossTenants(() => this.db.repository(AttestChallengeEntity).insert({ id, challenge, purpose, ...bound, expires_at }));
    return { challenge_id: id, challenge: challenge.toString('base64url'), expires_at };
  }

  /** Uses a challenge up, whatever becomes of its proof and of a transaction around it. @throws Problem `attest_challenge_expired` unless it is for this caller, purpose and key */
  async take({ user, tenant }: Ctx, id: string, purpose: AttestPurpose, key_id?: string): Promise<Buffer> {
    const taken = await this.db.acrossTenants(() =>
      this.db.transaction(() => this.db.row(TAKE, { id, purpose, user, tenant, key_id }), { apart: true }),
    );
    if (!taken) throw AttestChallengeExpired();
    return taken.challenge;
  }
}
