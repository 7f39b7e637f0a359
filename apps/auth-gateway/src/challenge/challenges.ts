import { Database, type Statement, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { sha256 } from '../secrets/opaque-tokens.js';
import { ChallengeEntity } from './challenge.entity.js';

/** The user who must answer a challenge. `proof`: SHA-256 of their password hash, if they proved the password. */
export interface ChallengeOwner {
  user_id: string;
  tenant_id: string;
  proof?: Buffer;
}

/** Lifetime of a challenge. */
export const CHALLENGE_SECONDS = 300;
/** A challenge is void after this many wrong answers. */
export const MAX_WRONG_ANSWERS = 5;
/** WebAuthn L3 §13.4.3 requires at least 16. */
const CHALLENGE_BYTES = 32;

const ISSUE = statement(`
  insert into challenge (hash, purpose, account_id, tenant_id, proof, expires_at)
  values (:hash, :purpose, :user_id, :tenant_id, :proof, now() + ${CHALLENGE_SECONDS} * interval '1 second')`);
const CONSUME = statement(
  `delete from challenge where hash = :hash and purpose = :purpose and account_id is not distinct from :user_id and expires_at > now()
   returning hash`,
  { hash: 'bytea' },
);
const LOCK = statement(
  `select account_id as user_id, tenant_id, proof from challenge
    where hash = :hash and purpose = :purpose and expires_at > clock_timestamp() and wrong_answers < ${MAX_WRONG_ANSWERS} for update`,
  { user_id: 'text', tenant_id: 'text', proof: 'bytea' },
);
const COUNT_WRONG = statement('update challenge set wrong_answers = wrong_answers + 1 where hash = :hash returning wrong_answers', {
  wrong_answers: 'int4',
});

/** Issues challenges. Each is valid for one purpose and can be consumed once. */
@Injectable()
export class Challenges {
  constructor(private readonly db: Database) {}

  /** Returns 32 random bytes in base64url, valid for CHALLENGE_SECONDS. */
  async issue(purpose: string, { user_id, tenant_id, proof }: Partial<ChallengeOwner> = {}): Promise<string> {
    const challenge = randomBytes(CHALLENGE_BYTES).toString('base64url');
    await this.queryRow(ISSUE, { hash: sha256(challenge), purpose, user_id, tenant_id, proof });
    return challenge;
  }

  /** Deletes a challenge issued for this purpose to this user (or, without `user_id`, to no user). False if there is none. */
  async consume(challenge: string, purpose: string, user_id?: string): Promise<boolean> {
    return (await this.queryRow(CONSUME, { hash: sha256(challenge), purpose, user_id })) !== undefined;
  }

  /** Locks a valid challenge until the transaction ends and returns its user; concurrent answers wait. */
  lock(challenge: string, purpose: string): Promise<Required<ChallengeOwner> | undefined> {
    return this.queryRow(LOCK, { hash: sha256(challenge), purpose });
  }

  /** Counts a wrong answer. True if it was the last permitted one. */
  async countWrongAnswer(challenge: string): Promise<boolean> {
    return (await this.queryRow(COUNT_WRONG, { hash: sha256(challenge) }))?.wrong_answers === MAX_WRONG_ANSWERS;
  }

  async delete(challenge: string): Promise<void> {
    await this.db.acrossTenants(() => this.db.repository(ChallengeEntity).delete({ hash: sha256(challenge) }));
  }

  /** Works across tenants: the tenant is known only once the challenge is found. */
  private queryRow<Row extends object>(sql: Statement<Row>, values: object): Promise<Row | undefined> {
    return this.db.acrossTenants(() => this.db.row(sql, values));
  }
}
