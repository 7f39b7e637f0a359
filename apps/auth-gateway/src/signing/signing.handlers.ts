import { auth, type RotateSigningKey } from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { SigningKeys } from './signing-keys.js';

@Handlers()
export class SigningHandlers {
  constructor(private readonly keys: SigningKeys) {}

  @Handle(auth.getJwks)
  async getJwks() {
    return { keys: await this.keys.listPublished() };
  }

  @Handle(auth.rotateSigningKey)
  rotateSigningKey(ctx: Ctx, { warm_up_seconds }: RotateSigningKey) {
    return this.keys.rotate(ctx, warm_up_seconds);
  }

  @Handle(auth.withdrawSigningKeys)
  withdrawSigningKeys(ctx: Ctx) {
    return this.keys.withdraw(ctx);
  }
}
