import { auth, type SetNickname, type UserId, type UserRef, UserNotFound } from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AccountRepository, addressOf } from './account.repository.js';
import { NicknameRepository } from './nickname.repository.js';

@Handlers()
export class AccountHandlers {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly nicknames: NicknameRepository,
  ) {}

  @Handle(auth.getMe)
  async getMe(ctx: Ctx) {
    const profile = await this.accounts.findProfile(ctx);
    if (!profile) throw UserNotFound();
    return profile;
  }

  @Handle(auth.getNickname)
  async getNickname(ctx: Ctx) {
    return { nickname: (await this.nicknames.find(ctx)) ?? null };
  }

  @Handle(auth.setNickname)
  async setNickname(ctx: Ctx, { nickname }: SetNickname) {
    await this.nicknames.set(ctx, nickname);
    return { nickname };
  }

  @Handle(auth.describeUser)
  async describeUser(_: Ctx, { user_id, tenant_id }: UserRef) {
    const user = await this.accounts.findActiveUser(user_id, tenant_id);
    if (!user) throw UserNotFound();
    return { ...user, email: addressOf(user) };
  }

  @Handle(auth.getTenantOfUser)
  async getTenantOfUser(_: Ctx, { user_id }: UserId) {
    const tenant = await this.accounts.findTenantOf(user_id);
    if (!tenant) throw UserNotFound();
    return tenant;
  }
}
