import {
  AlreadyDeveloper,
  type Fault,
  Forbidden,
  InvalidInput,
  NicknameTaken,
  type RegisterDeveloper,
  type TierAssignment,
} from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ChangeTier, mustBeForSale } from './change-tier.js';
import { DeveloperRepository } from './developer.repository.js';
import { RESERVED_NICKNAMES, slugOf, suffixed } from './nickname.js';

/**
 * Makes the caller a developer. A tier that costs something is paid for first, so that nobody is registered with less than they
 * asked for; what was paid for stays theirs, should the name be taken at that very moment, and is not paid for again.
 */
@Injectable()
export class RegisterDeveloperStory {
  constructor(
    private readonly db: Database,
    private readonly developers: DeveloperRepository,
    private readonly tiers: ChangeTier,
  ) {}

  async run(ctx: Ctx, input: RegisterDeveloper) {
    if (!ctx.user) throw Forbidden('Only a person can be a developer.');
    check(input);
    if (await this.developers.find(ctx)) throw AlreadyDeveloper();
    const { nickname: wanted, display_name, tier } = input;
    mustBeForSale(tier);
    if (wanted && RESERVED_NICKNAMES.has(wanted)) throw NicknameTaken(`Nickname '${wanted}' is reserved`);
    if (wanted && (await this.developers.hasNickname(wanted))) throw taken(wanted);
    const term = tier === 'explorer' ? undefined : await this.tiers.buy(ctx, tier);
    const names = wanted ? [wanted] : namesLike(display_name ?? '');
    return this.db.finish(() => this.add(ctx, names, input, term));
  }

  /** Under the first of the names that is free. */
  private async add(ctx: Ctx, names: string[], { display_name, website, description }: RegisterDeveloper, term?: TierAssignment) {
    for (const nickname of names) {
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
        if (term) await this.developers.takeTier(term);
        return { ...(await this.developers.profileOf(ctx)), total_earnings: 0 };
      }
      if (await this.developers.find(ctx)) throw AlreadyDeveloper();
    }
    throw taken(names[0]);
  }
}

const taken = (nickname = '') => NicknameTaken(`Nickname '${nickname}' is already taken`);

/** Nicknames to try for a name, the plain one first. */
function namesLike(display_name: string): string[] {
  const slug = slugOf(display_name) ?? 'dev';
  return [slug, ...Array.from({ length: 5 }, () => suffixed(slug))].filter((name) => !RESERVED_NICKNAMES.has(name));
}

/** The rule over two fields. */
function check({ nickname, display_name }: RegisterDeveloper): void {
  const faults: Fault[] = [];
  if (!nickname && !display_name?.trim())
    for (const name of ['nickname', 'display_name'])
      faults.push({ loc: [name], msg: 'Give a nickname or a display_name', type: 'missing' });
  if (faults.length) throw InvalidInput(faults);
}
