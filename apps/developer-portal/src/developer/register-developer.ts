import { Forbidden, InvalidInput } from '@skep/contracts';
import type { TierAssignment } from '@skep/contracts/billing';
import { AlreadyDeveloper, NicknameTaken, type RegisterDeveloper as Input } from '@skep/contracts/portal';
import { commitWithAnswer, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ChangeTier, assertForSale } from './change-tier.js';
import { DeveloperRepository } from './developer.repository.js';
import { RESERVED_NICKNAMES, toNickname, addRandomSuffix } from './nickname.js';

/**
 * Registers the caller as a developer. A paid tier is charged first, so that no one is registered with a lower tier than requested. If the
 * nickname is taken in the meantime, the caller keeps the tier and is not charged again.
 */
@Injectable()
export class RegisterDeveloper {
  constructor(
    private readonly db: Database,
    private readonly developers: DeveloperRepository,
    private readonly tiers: ChangeTier,
  ) {}

  /** @throws Forbidden, InvalidInput, AlreadyDeveloper, TierNotForSale, NicknameTaken, TierRunning, InsufficientCredits */
  async run(ctx: Ctx, input: Input) {
    if (!ctx.user) throw Forbidden('Only a user can register as a developer, not a service.');
    assertNamed(input);
    if (await this.developers.find(ctx)) throw AlreadyDeveloper();
    const { nickname, display_name, tier } = input;
    assertForSale(tier);
    if (nickname && RESERVED_NICKNAMES.has(nickname)) throw NicknameTaken(`Nickname '${nickname}' is reserved`);
    if (nickname && (await this.developers.hasNickname(nickname))) throw nicknameTaken(nickname);
    const term = tier === 'explorer' ? undefined : await this.tiers.buy(ctx, tier);
    const nicknames = nickname ? [nickname] : suggestNicknames(display_name ?? '');
    return commitWithAnswer(this.db, () => this.add(ctx, nicknames, input, term));
  }

  /** Adds the developer under the first nickname that is free. */
  private async add(ctx: Ctx, nicknames: string[], { display_name, website, description }: Input, term?: TierAssignment) {
    for (const nickname of nicknames) {
      const added = await this.developers.add({
        tenant_id: ctx.tenant,
        developer_id: ctx.user,
        email: ctx.email,
        nickname,
        display_name: display_name?.trim() || nickname,
        website: website || null,
        description: description ?? null,
      });
      if (added) {
        if (term) await this.developers.applyTier(term);
        return { ...(await this.developers.getProfile(ctx)), total_earnings: 0 };
      }
      if (await this.developers.find(ctx)) throw AlreadyDeveloper();
    }
    throw nicknameTaken(nicknames[0]);
  }
}

const nicknameTaken = (nickname = '') => NicknameTaken(`Nickname '${nickname}' is already taken`);

/** Nicknames to try for a name: the plain one, then five with random suffixes. */
function suggestNicknames(display_name: string): string[] {
  const nickname = toNickname(display_name) ?? 'dev';
  return [nickname, ...Array.from({ length: 5 }, () => addRandomSuffix(nickname))].filter((each) => !RESERVED_NICKNAMES.has(each));
}

/** @throws InvalidInput if neither name is given */
function assertNamed({ nickname, display_name }: Input): void {
  if (nickname || display_name?.trim()) return;
  throw InvalidInput(['nickname', 'display_name'].map((name) => ({ loc: [name], msg: 'Set nickname or display_name', type: 'missing' })));
}
