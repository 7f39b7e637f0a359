import { channels, type SetReach, type Unsubscribe, type UpdatePreferences } from '@skep/contracts/channels';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { PreferenceRepository } from './preference.repository.js';
import { toReach, toUpdate } from './reach.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

@Handlers()
export class PreferenceHandlers {
  constructor(
    private readonly db: Database,
    private readonly preferences: PreferenceRepository,
    private readonly links: UnsubscribeLinks,
  ) {}

  @Handle(channels.getPreferences)
  getPreferences(ctx: Ctx) {
    return this.preferences.get(ctx);
  }

  @Handle(channels.updatePreferences)
  updatePreferences(ctx: Ctx, changes: UpdatePreferences) {
    return this.preferences.update(ctx, changes);
  }

  @Handle(channels.getReach)
  async getReach(ctx: Ctx) {
    return toReach(await this.preferences.get(ctx));
  }

  @Handle(channels.setReach)
  async setReach(ctx: Ctx, changes: SetReach) {
    const update = toUpdate(changes, await this.preferences.get(ctx));
    return toReach(await this.preferences.update(ctx, update));
  }

  @Handle(channels.unsubscribe)
  async unsubscribe(_: Ctx, input: Unsubscribe) {
    const owner = await this.links.open(input);
    await this.db.inTenant(owner.tenant, () => this.preferences.update(owner, { channels: { email: { min_priority: 'never' } } }));
    return { message: 'You will get no more e-mails with notifications.' };
  }
}
