import type { AppRef } from '@skep/contracts';
import { kernel } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AppHealth } from './app-health.js';

@Handlers()
export class AppHealthHandlers {
  constructor(private readonly health: AppHealth) {}

  @Handle(kernel.getAppHealth)
  async getAppHealth(_: Ctx, { app_id }: AppRef) {
    return (await this.health.find(app_id)) ?? { app_id, status: 'unknown' as const, checked_at: null };
  }
}
