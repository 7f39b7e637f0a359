import { Database, type Statement, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { sha256 } from '../secrets/opaque.js';

/** Whose challenge it is; `proof`: SHA-256 of the hash of the password that was proved. */
export interface Bearer {
  user_id: string;
  tenant_id: string;
  proof?: Buffer;
}

export const CHALLENGE_SECONDS = 300;
export const MOST_WRONG = 5;
/** WebAuthn L3 §13.4.3 asks for 16 at the least. */
const BYTES = 32;

const ISSUE = statement(`
  insert into challenge (hash, purpose, account_id, tenant_id, proof, expires_at)
  values ($1, $2, $3, $4, $5, now() + ${CHALLENGE_SECONDS} * interval '1 second')`);
const TAKE = statement(`
  delete from challenge where hash = $1 and purpose = $2 and account_id is not distinct from $3 and expires_at > now() returning hash`);
const LOCK = statement<Required<Bearer>>(`
  select account_id as user_id, tenant_id, proof from challenge
   where hash = $1 and purpose = $2 and expires_at > clock_timestamp() and wrong < ${MOST_WRONG} for update`);
const WRONG = statement<{ wrong: number }>('update challenge set wrong = wrong + 1 where hash = $1 returning wrong');
const SPEND = statement('delete from challenge where hash = $1');

/** Issues challenges and takes them back, each for one purpose and at most once. */
@Injectable()
export class Challenges {
  constructor(private readonly db: Database) {}

  /** 32 random bytes in base64url, good for CHALLENGE_SECONDS. */
  async issue(purpose: string, { user_id, tenant_id, proof }: Partial<Bearer> = {}): Promise<string> {
    const challenge = randomBytes(BYTES).toString('base64url');
    await this.first(ISSUE, [sha256(challenge), purpose, user_id ?? null, tenant_id ?? null, proof ?? null]);
    return challenge;
  }

  /** Spends one that was issued for this, to this person or to nobody in particular. False where there is none. */
  async take(challenge: string, purpose: string, user_id?: string): Promise<boolean> {
    return (await this.first(TAKE, [sha256(challenge), purpose, user_id ?? null])) !== undefined;
  }

  /** Whose it is; whoever answers it at the same time waits until the transaction ends. */
  lock(challenge: string, purpose: string): Promise<Required<Bearer> | undefined> {
    return this.first(LOCK, [sha256(challenge), purpose]);
  }

  /** Counts a wrong answer. True when it was the last one. */
  async wrong(challenge: string): Promise<boolean> {
    return (await this.first(WRONG, [sha256(challenge)]))?.wrong === MOST_WRONG;
  }

  async spend(challenge: string): Promise<void> {
    await this.first(SPEND, [sha256(challenge)]);
  }

  /** Whoever holds a challenge may answer it: only then is it known whose it is. */
  private first<Row extends object>(asked: Statement<Row>, values: unknown[]): Promise<Row | undefined> {
    return this.db.acrossTenants(() => this.db.row(asked, values));
  }
}
