import { type CacheRef, kernel, type StoreCacheEntry } from '@skep/contracts/kernel';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { CallTokens } from '../call-token/call-tokens.js';
import { CacheRepository } from './cache.repository.js';

/** Called by code that the kernel calls, which proves it with a call token. */
@Handlers()
export class CacheHandlers {
  constructor(
    private readonly entries: CacheRepository,
    private readonly tokens: CallTokens,
    private readonly db: Database,
  ) {}

  @Handle(kernel.getCacheEntry)
  getCacheEntry(ctx: Ctx, input: CacheRef) {
    return this.inCall(ctx, input, (key) => this.entries.get(key));
  }

  @Handle(kernel.storeCacheEntry)
  storeCacheEntry(ctx: Ctx, { envelope, ttl_seconds, ...input }: StoreCacheEntry) {
    return this.inCall(ctx, input, async (key) => ({ status: 'stored', ...(await this.entries.store(key, envelope, ttl_seconds)) }));
  }

  @Handle(kernel.deleteCacheEntry)
  deleteCacheEntry(ctx: Ctx, input: CacheRef) {
    return this.inCall(ctx, input, async (key) => {
      await this.entries.delete(key);
      return { status: 'deleted' };
    });
  }

  /** Checks the token without using it up: clients send the one of their call with each request, such as a read and a write after a miss. */
  private async inCall<T>({ tenant }: Ctx, { call_token, ...key }: CacheRef, work: (key: EntryKey) => Promise<T>): Promise<T> {
    const { app_id, user_id } = key;
    const { tenant_id } = await this.tokens.check(call_token, { app_id, user_id, tenant_id: tenant || undefined });
    return this.db.inTenant(tenant_id, () => work({ ...key, tenant_id }));
  }
}

type EntryKey = Omit<CacheRef, 'call_token'> & { tenant_id: string };
