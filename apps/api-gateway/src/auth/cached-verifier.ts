import { isRefusal, Unauthenticated } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import type { Bus } from '@skep/platform';
import type { OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Identity, Verifier } from './credential.js';

const CACHE_MS = 2_000;
const CACHED = 5_000;

/** Verifies secrets that auth-gateway knows. Valid ones are cached briefly, and forgotten when one is revoked. */
export abstract class CachedVerifier implements Verifier, OnModuleInit {
  private readonly verified = new LRUCache<string, Identity>({
    max: CACHED,
    ttl: CACHE_MS,
    ignoreFetchAbort: true,
    fetchMethod: (secret) => this.verify(secret),
  });

  /** @param title of a secret, for messages: `API key` */
  constructor(
    protected readonly bus: Bus,
    private readonly title: string,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(auth.apiKeyRevoked, () => this.verified.clear());
  }

  async identify(secret: string): Promise<Identity> {
    const identity = await this.verified.fetch(secret).catch((error: unknown) => {
      // Includes `invalid_input`, for a text too long to be one.
      throw isRefusal(error) ? Unauthenticated(`This ${this.title} is not valid.`) : error;
    });
    return identity!;
  }

  /** Asks auth-gateway. @throws Problem */
  protected abstract verify(secret: string): Promise<Identity>;
}
