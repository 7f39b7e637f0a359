import { NotConfigured } from '@skep/contracts';
import { AttestationInvalid, IntegrityUnavailable } from '@skep/contracts/auth';
import { LOG, type Log } from '@skep/platform';
import { parseServiceAccount, ServiceAccount } from '@skep/platform/google';
import { Inject, Injectable } from '@nestjs/common';
import { AuthGatewayConfig } from '../../auth-gateway.config.js';
import { OutboundClient } from '../../outbound/outbound-client.js';
import { type IntegrityPayload, payloadOf } from './integrity-verdict.js';

const SCOPE = 'https://www.googleapis.com/auth/playintegrity';
const TIMEOUT_MS = 3_000;

/** Play Integrity of one Android app (https://developer.android.com/google/play/integrity/standard). */
@Injectable()
export class PlayIntegrity {
  private readonly account: ServiceAccount | undefined;

  constructor(
    private readonly config: AuthGatewayConfig,
    outbound: OutboundClient,
    @Inject(LOG) private readonly log: Log,
  ) {
    const credentials = config.PLAY_INTEGRITY_CREDENTIALS;
    this.account = credentials ? new ServiceAccount(parseServiceAccount(credentials), outbound) : undefined;
  }

  /** The package of the app. @throws Problem `not_configured` */
  get packageName(): string {
    const name = this.config.PLAY_INTEGRITY_PACKAGE;
    if (!name) throw NotConfigured('Set PLAY_INTEGRITY_PACKAGE and PLAY_INTEGRITY_CREDENTIALS.');
    return name;
  }

  /** Lets Google decode a token. @throws Problem `attestation_invalid` if it cannot be read; `integrity_unavailable` */
  async decode(integrity_token: string): Promise<IntegrityPayload> {
    const { status, answer } = await this.ask(integrity_token).catch((error: unknown) => this.fail(String(error)));
    if (status === 400) throw AttestationInvalid('Google cannot read this token.');
    return status === 200 ? payloadOf(answer) : this.fail(`status ${status}`);
  }

  private async ask(integrity_token: string): Promise<{ status: number; answer: unknown }> {
    const url = `${this.config.PLAY_INTEGRITY_API_BASE}/v1/${encodeURIComponent(this.packageName)}:decodeIntegrityToken`;
    const { status, bytes } = await this.account!.fetch(url, SCOPE, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ integrity_token }),
      timeoutMs: TIMEOUT_MS,
    });
    return { status, answer: status === 200 ? JSON.parse(bytes.toString()) : undefined };
  }

  private fail(reason: string): never {
    this.log.warn({ reason }, 'Play Integrity did not answer');
    throw IntegrityUnavailable();
  }
}
