import { AlreadyLinked } from '@skep/contracts/channels';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { newNotificationId, NotifyUser } from '../notification/notify.js';
import { CoachChats } from './coach-chats.js';
import { type Contact, LinkCodeRepository } from './link-code.repository.js';
import type { LinkEntity } from './link.entity.js';
import { LinkRepository, mask } from './link.repository.js';

const WELCOME = 'This number is now linked to your account. What you write here goes to your coach.';

/** Links contacts to people. */
@Injectable()
export class Linking {
  constructor(
    private readonly db: Database,
    private readonly links: LinkRepository,
    private readonly codes: LinkCodeRepository,
    private readonly chats: CoachChats,
    private readonly notify: NotifyUser,
  ) {}

  /**
   * Links a contact to the person of `ctx`, in the transaction that uses their code, and tells both sides.
   * @throws Problem `already_linked` to someone else
   */
  async link(ctx: Ctx, contact: Contact): Promise<{ link: LinkEntity; created: boolean }> {
    return this.db.inTenant(ctx.tenant, async () => {
      const link = await this.links.add(ctx, contact);
      if (!link) {
        const known = await this.links.findOf(contact);
        if (known?.tenant_id !== ctx.tenant || known.user_id !== ctx.user) throw AlreadyLinked();
        return { link: known, created: false };
      }
      await this.chats.tell(ctx, contact, WELCOME);
      await this.notify.queue(
        { ...ctx, idempotencyKey: undefined },
        {
          id: newNotificationId(),
          ...{ source: '', subject: 'Number linked', body: '', priority: 'high', channel: 'default' },
          message: `The number ${mask(contact.external_id)} was linked to your account. If that was not you, remove it at once.`,
        },
      );
      return { link, created: true };
    });
  }

  /** Unlinks all contacts of a person, and forgets their codes. Idempotent. */
  async forget(owner: Pick<Ctx, 'tenant' | 'user'>): Promise<void> {
    await this.links.removeAll(owner);
    await this.codes.removeAll(owner);
    await this.chats.forgetAll(owner);
  }

  /** False if the person has no such link. */
  unlink(ctx: Ctx, id: string): Promise<boolean> {
    return this.db.transaction(async () => {
      const link = await this.links.remove(ctx, id);
      if (link) await this.chats.forget(ctx, link);
      return link !== undefined;
    });
  }
}
