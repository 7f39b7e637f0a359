import { registry } from '@skep/contracts/registry';
import { Bus, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/**
 * Tells all kernels, which keep answers of `resolveCall` for two seconds, that some are outdated. Each write of what
 * `resolveCall` reads uses it.
 */
@Injectable()
export class CallableAppChanges {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  /** Sent after the commit. @param app_id left out for all apps @param user left out for all users */
  add(app_id?: string, user?: Pick<Ctx, 'user'>): void {
    this.db.afterCommit(() =>
      this.bus.broadcast(registry.callableAppChanged, { ...(app_id && { app_id }), ...(user && { user_id: user.user }) }),
    );
  }
}
