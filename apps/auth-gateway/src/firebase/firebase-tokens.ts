import { InvalidCredentials } from '@skep/contracts/auth';
import { Injectable } from '@nestjs/common';
import { type CryptoKey, errors, jwtVerify, type JWTPayload } from 'jose';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { FirebaseKeys } from './firebase-keys.js';

/** Seconds by which the clock of Google may be ahead of the local one. */
const SKEW_S = 10;
const SUBJECT_MAX = 128;

/** A person as Firebase has signed them in. */
export interface FirebasePerson {
  project: string;
  /** The id of the Firebase user. */
  subject: string;
  /** In lower case; empty for those who have signed in with a phone, or anonymously. */
  email: string;
  /** Firebase has verified that the address is theirs. */
  is_verified: boolean;
  signed_in_at: Date;
}

export const Refused = () => InvalidCredentials('This Firebase ID token is not valid.');

/** Verifies Firebase ID tokens: https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library */
@Injectable()
export class FirebaseTokens {
  constructor(
    private readonly config: AuthGatewayConfig,
    private readonly keys: FirebaseKeys,
  ) {}

  /** @throws Problem `invalid_credentials`; `unavailable` while the keys cannot be read */
  async verify(token: string): Promise<FirebasePerson> {
    const project = this.config.FIREBASE_PROJECT;
    if (!project) throw Refused();
    const { sub, aud, iat, auth_time, email, email_verified } = await this.read(token, `https://securetoken.google.com/${project}`);
    const now = Date.now() / 1_000;
    const isPast = (time: unknown): time is number => typeof time === 'number' && time <= now + SKEW_S;
    if (aud !== project) throw Refused();
    if (typeof sub !== 'string' || !sub || sub.length > SUBJECT_MAX) throw Refused();
    if (!isPast(iat) || !isPast(auth_time)) throw Refused();
    const address = typeof email === 'string' ? email.toLowerCase() : '';
    return { project, subject: sub, email: address, is_verified: email_verified === true, signed_in_at: new Date(auth_time * 1_000) };
  }

  private async read(token: string, issuer: string): Promise<JWTPayload> {
    try {
      const options = { issuer, algorithms: ['RS256'], requiredClaims: ['exp'] };
      return (await jwtVerify(token, (header: { kid?: string }) => this.findKey(header), options)).payload;
    } catch (error) {
      throw error instanceof errors.JOSEError ? Refused() : error;
    }
  }

  private async findKey({ kid }: { kid?: string }): Promise<CryptoKey | Uint8Array> {
    const key = kid ? await this.keys.find(kid) : undefined;
    if (!key) throw Refused();
    return key;
  }
}
