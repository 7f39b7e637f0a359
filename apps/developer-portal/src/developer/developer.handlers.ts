import { portal, type RegisterDeveloper } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { DeveloperRepository } from './developer.repository.js';
import { RegisterDeveloperStory } from './register-developer.js';

@Handlers()
export class DeveloperHandlers {
  constructor(
    private readonly developers: DeveloperRepository,
    private readonly register: RegisterDeveloperStory,
  ) {}

  @Handle(portal.registerDeveloper)
  registerDeveloper(ctx: Ctx, input: RegisterDeveloper) {
    return this.register.run(ctx, input);
  }

  @Handle(portal.getProfile)
  getProfile(ctx: Ctx) {
    return this.developers.profileOf(ctx);
  }
}
