import { type ConfirmationRef, kernel } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers, OnRun, type Run } from '@skep/platform';
import { ConfirmationRepository, type ConfirmationRun, expireConfirmation } from './confirmation.repository.js';
import { ConfirmationView } from './confirmation-view.js';

@Handlers()
export class ConfirmationHandlers {
  constructor(
    private readonly confirmations: ConfirmationRepository,
    private readonly view: ConfirmationView,
  ) {}

  @Handle(kernel.listActiveConfirmations)
  async listActiveConfirmations(ctx: Ctx) {
    const active = await this.confirmations.listActive(ctx);
    return { confirmations: active.map((each) => this.view.of(each)), total: active.length };
  }

  @Handle(kernel.getConfirmation)
  async getConfirmation(ctx: Ctx, { confirmation_id }: ConfirmationRef) {
    return this.view.of(await this.confirmations.find(ctx, confirmation_id));
  }

  @Handle(kernel.cancelCall)
  async cancelCall(ctx: Ctx, { confirmation_id }: ConfirmationRef) {
    return this.view.of(await this.confirmations.cancel(ctx, confirmation_id));
  }

  @OnRun(expireConfirmation)
  async expireConfirmation(run: Run, { confirmation_id }: ConfirmationRun): Promise<void> {
    await run.commit('expire', () => this.confirmations.expire(confirmation_id));
  }
}
