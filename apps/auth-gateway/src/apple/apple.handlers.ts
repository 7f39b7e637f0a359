import { auth, type RevokeApple } from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AppleClient } from './apple-client.js';

@Handlers()
export class AppleHandlers {
  constructor(private readonly apple: AppleClient) {}

  @Handle(auth.revokeApple)
  async revokeApple(_: Ctx, { authorization_code }: RevokeApple) {
    return { outcome: await this.apple.revoke(authorization_code) };
  }
}
