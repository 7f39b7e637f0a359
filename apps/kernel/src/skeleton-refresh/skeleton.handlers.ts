import { kernel, type SaveSkeleton, type SkeletonOfCall, type SkeletonRef } from '@skep/contracts/kernel';
import { type Ctx, Database, Handle, Handlers, tenantOf } from '@skep/platform';
import { CallTokens } from '../call-token/call-tokens.js';
import { SkeletonRepository } from '../skeleton/skeleton.repository.js';
import { RefreshSection } from './refresh-section.js';

/** These operations name user and app: services and the code of apps call them. */
@Handlers()
export class SkeletonHandlers {
  constructor(
    private readonly sections: SkeletonRepository,
    private readonly refresh: RefreshSection,
    private readonly tokens: CallTokens,
    private readonly db: Database,
  ) {}

  @Handle(kernel.getSkeleton)
  getSkeleton(ctx: Ctx, input: SkeletonRef) {
    return this.refresh.read(ctx, toKey(ctx, input));
  }

  @Handle(kernel.saveSkeleton)
  saveSkeleton(ctx: Ctx, input: SaveSkeleton) {
    return this.sections.save(toKey(ctx, input), input.data);
  }

  @Handle(kernel.getSkeletonOfCall)
  async getSkeletonOfCall(ctx: Ctx, { call_token, ...key }: SkeletonOfCall) {
    const { tenant } = ctx;
    const { tenant_id } = await this.tokens.use(call_token, { ...key, tool_type: 'skeleton', tenant_id: tenant || undefined });
    return this.db.inTenant(tenant_id, () => this.refresh.read(ctx, { ...key, tenant_id }));
  }
}

/** An app acts in the tenant of its token, a service in the one that it names. */
const toKey = (ctx: Ctx, input: SkeletonRef) => ({
  tenant_id: tenantOf(ctx, input),
  user_id: input.user_id,
  app_id: input.extension_id,
  section: input.section,
});
