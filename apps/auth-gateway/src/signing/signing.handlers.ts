import { auth } from '@skep/contracts';
import { Handle, Handlers } from '@skep/platform';
import { SigningKeys } from './signing-keys.js';

@Handlers()
export class SigningHandlers {
  constructor(private readonly keys: SigningKeys) {}

  @Handle(auth.jwks)
  async jwks() {
    return { keys: await this.keys.published() };
  }
}
