import { Unavailable } from '@skep/contracts';
import { LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { OutboundClient } from '../outbound/outbound-client.js';

const TIMEOUT_MS = 3_000;
/** For an unknown key id they are read again at most this often: tokens with made-up ids cause no more requests. */
const COOLDOWN_MS = 10_000;
const PAUSE_AFTER_FAILURE_MS = 1_000;
/** How long keys that cannot be read again stay valid after their time: an outage of Google must not be an outage here. */
const STALE_MS = 24 * 3_600_000;
const [AGE_MIN_S, AGE_S, AGE_MAX_S] = [10, 3_600, 24 * 3_600];

/** The keys that sign Firebase ID tokens, kept as long as their `Cache-Control` says (RFC 9111 §5.2.2.1). */
@Injectable()
export class FirebaseKeys {
  private keys = new Map<string, CryptoKey | Uint8Array>();
  private freshUntil = -Infinity;
  private notBefore = -Infinity;
  private reading?: Promise<void>;

  constructor(
    private readonly config: AuthGatewayConfig,
    private readonly outbound: OutboundClient,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Undefined for an id that is not published, also after they were read again. @throws Problem `unavailable` while there are none */
  async find(kid: string): Promise<CryptoKey | Uint8Array | undefined> {
    const now = performance.now();
    if ((now >= this.freshUntil || !this.keys.has(kid)) && now >= this.notBefore)
      await (this.reading ??= this.refresh().finally(() => (this.reading = undefined)));
    if (performance.now() >= this.freshUntil + STALE_MS) throw Unavailable('The keys of Firebase cannot be read.');
    return this.keys.get(kid);
  }

  private async refresh(): Promise<void> {
    try {
      await this.read();
      this.notBefore = performance.now() + COOLDOWN_MS;
    } catch (error) {
      this.log.warn({ error }, 'the keys of Firebase cannot be read');
      this.notBefore = performance.now() + PAUSE_AFTER_FAILURE_MS;
    }
  }

  private async read(): Promise<void> {
    const answer = await this.outbound.fetch(this.config.FIREBASE_JWKS_URL, { timeoutMs: TIMEOUT_MS, ofOperator: true });
    if (answer.status !== 200) throw new Error(`${this.config.FIREBASE_JWKS_URL} answers ${answer.status}`);
    const { keys } = JSON.parse(answer.bytes.toString()) as { keys: (JWK & { kid: string })[] };
    this.keys = new Map(await Promise.all(keys.map(async (key) => [key.kid, await importJWK(key, 'RS256')] as const)));
    this.freshUntil = performance.now() + maxAgeOf(answer.headers) * 1_000;
  }
}

function maxAgeOf(headers: Headers): number {
  const [, seconds = AGE_S] = /\bmax-age=(\d+)/.exec(headers.get('cache-control') ?? '') ?? [];
  return Math.min(Math.max(Number(seconds), AGE_MIN_S), AGE_MAX_S);
}
