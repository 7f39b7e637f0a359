import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { sha256 } from '../secrets/opaque-tokens.js';
import { SignInEntity, type SignInStep } from './sign-in.entity.js';

/** Seconds in which the next step has to follow. */
export const STEP_SECONDS: Readonly<Record<SignInStep, number>> = { state: 600, code: 60, link: 600 };

const TAKE = statement('delete from sign_in where hash = :hash and step = :step and expires_at > now() returning *', SignInEntity);

/** Sign-ins that are not finished. Each secret works once. */
@Injectable()
export class SignInRepository {
  constructor(private readonly db: Database) {}

  /** Returns the secret with which the next step is done. */
  async add(step: SignInStep, signIn: Omit<SignInEntity, 'hash' | 'step' | 'expires_at'>, secret = generateSecret()): Promise<string> {
    const expires_at = new Date(Date.now() + STEP_SECONDS[step] * 1000);
    await this.db.inTenant(signIn.tenant_id, () =>
      this.db.repository(SignInEntity).insert({ ...signIn, hash: sha256(secret), step, expires_at }),
    );
    return secret;
  }

  /** Works across tenants: the tenant is known only once the sign-in is found. */
  take(step: SignInStep, secret: string): Promise<SignInEntity | undefined> {
    return this.db.acrossTenants(() => this.db.row(TAKE, { hash: sha256(secret), step }));
  }
}

export const generateSecret = (): string => randomBytes(32).toString('base64url');
