import { auth, UserNotFound } from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { PasskeyRepository } from '../passkey/passkey.repository.js';
import { FactorRepository } from './factor.repository.js';

@Handlers()
export class FactorHandlers {
  constructor(
    private readonly factors: FactorRepository,
    private readonly passkeys: PasskeyRepository,
  ) {}

  @Handle(auth.listFactors)
  async listFactors(ctx: Ctx) {
    const status = await this.factors.findStatus(ctx.user, ctx.tenant);
    if (!status) throw UserNotFound();
    return { ...status, passkeys: await this.passkeys.list(ctx) };
  }
}
