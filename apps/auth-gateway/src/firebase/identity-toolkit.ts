import { NotConfigured, Unavailable } from '@skep/contracts';
import { OutboundError } from '@skep/platform';
import { firebaseProjectUrl, parseServiceAccount, ServiceAccount } from '@skep/platform/google';
import { Injectable } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { OutboundClient } from '../outbound/outbound-client.js';
import type { FirebaseState } from './firebase-identity.repository.js';

const SCOPE = 'https://www.googleapis.com/auth/identitytoolkit';
const LOOKUP_TIMEOUT_MS = 2_000;
const GONE = 'USER_NOT_FOUND';

interface Answer {
  users?: { disabled?: boolean; validSince?: string }[];
  error?: { message?: string };
}

/** Users of the Firebase project, by the Identity Toolkit API: https://cloud.google.com/identity-platform/docs/reference/rest/v1/projects.accounts */
@Injectable()
export class IdentityToolkit {
  readonly isConfigured: boolean;
  private readonly account?: ServiceAccount;
  private readonly url: string;

  constructor(config: AuthGatewayConfig, outbound: OutboundClient) {
    this.url = firebaseProjectUrl('identitytoolkit', config);
    this.isConfigured = Boolean(config.FIREBASE_CREDENTIALS);
    if (this.isConfigured) this.account = new ServiceAccount(parseServiceAccount(config.FIREBASE_CREDENTIALS), outbound);
  }

  /** A user who does not exist counts as disabled. @throws Problem `unavailable` */
  async lookUp(subject: string): Promise<FirebaseState> {
    const { users = [] } = await this.post('lookup', { localId: [subject] }, LOOKUP_TIMEOUT_MS);
    const [user] = users;
    const seconds = Number(user?.validSince);
    return { is_disabled: user?.disabled ?? !user, valid_since: seconds ? new Date(seconds * 1_000) : null };
  }

  /** Ends the sign-ins of a user before a time, in seconds since 1970; their refresh tokens work no more. @throws Problem `unavailable`, `not_configured` */
  async revoke(subject: string, validSince: number): Promise<void> {
    await this.post('update', { localId: subject, validSince: String(validSince) });
  }

  /** @throws Problem `unavailable`, `not_configured` */
  async delete(subject: string): Promise<void> {
    await this.post('delete', { localId: subject });
  }

  /** An answer that the user does not exist is one without users. */
  private async post(method: string, body: object, timeoutMs?: number): Promise<Answer> {
    if (!this.account) throw NotConfigured('Set FIREBASE_PROJECT and FIREBASE_CREDENTIALS.');
    try {
      const { status, bytes } = await this.account.fetch(`${this.url}/accounts:${method}`, SCOPE, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...(timeoutMs && { timeoutMs }),
      });
      const answer = JSON.parse(bytes.toString()) as Answer;
      if (status === 200 || answer.error?.message?.startsWith(GONE)) return answer;
      throw new Error(`Firebase answers ${status} to accounts:${method}: ${answer.error?.message}`);
    } catch (error) {
      throw Unavailable(error instanceof OutboundError ? 'Firebase does not answer.' : 'Firebase refuses a request about a user.');
    }
  }
}
