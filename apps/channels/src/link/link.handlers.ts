import { InvalidInput, TooManyRequests } from '@skep/contracts';
import {
  channels,
  type ConfirmedLink,
  type ConfirmLink,
  LinkCodeExpired,
  LinkCodeNotFound,
  LinkNotFound,
  type LinkRef,
  type MakeLinkCode,
} from '@skep/contracts/channels';
import { type Ctx, currentLease, Database, Handle, Handlers, OnRun, type Run } from '@skep/platform';
import { InstallationNumber } from '../installation/installation-number.js';
import { type DeliveryInput, WHATSAPP_DELIVERY } from '../notification/delivery.js';
import { NotificationRepository } from '../notification/notification.repository.js';
import { CoachChats } from './coach-chats.js';
import { LinkCodeRepository, type MadeCode } from './link-code.repository.js';
import { LinkTries } from './link-tries.js';
import { contactOf, LinkRepository, toLink } from './link.repository.js';
import { Linking } from './linking.js';

/** How many codes of a person can be used at once. */
const LIVE_MAX = 10;
/** The part of a request with an Idempotency-Key. */
const CODE = 'code';

@Handlers()
export class LinkHandlers {
  constructor(
    private readonly db: Database,
    private readonly number: InstallationNumber,
    private readonly codes: LinkCodeRepository,
    private readonly tries: LinkTries,
    private readonly links: LinkRepository,
    private readonly linking: Linking,
    private readonly chats: CoachChats,
    private readonly notifications: NotificationRepository,
  ) {}

  @Handle(channels.makeLinkCode)
  async makeLinkCode(ctx: Ctx, { channel }: MakeLinkCode) {
    if (channel !== 'whatsapp') throw InvalidInput([{ loc: ['channel'], msg: 'Only whatsapp can be linked', type: 'value_error' }]);
    const number = await this.number.find();
    const { code, expires_at } = await this.makeOnce(ctx);
    // A repeated request derives the code again: it is stored nowhere.
    currentLease()?.skipStoringAnswer();
    return { code, expires_at, deep_link: `https://wa.me/${number}?text=${encodeURIComponent(`Link my account: ${code}`)}` };
  }

  @Handle(channels.confirmLink)
  async confirmLink(ctx: Ctx, input: ConfirmLink): Promise<ConfirmedLink> {
    const who = ['person', ctx.tenant, ctx.user];
    await this.tries.count(...who);
    const { link, created } = await this.db.transaction(() => this.confirm(ctx, input));
    await this.tries.forget(...who);
    return { ...toLink(link), created };
  }

  @Handle(channels.listLinks)
  async listLinks(ctx: Ctx) {
    return (await this.links.list(ctx)).map(toLink);
  }

  @Handle(channels.deleteLink)
  async deleteLink(ctx: Ctx, { link_id }: LinkRef) {
    if (!(await this.linking.unlink(ctx, link_id))) throw LinkNotFound();
    return {};
  }

  @OnRun(WHATSAPP_DELIVERY)
  async write(run: Run, { notification_id }: DeliveryInput): Promise<void> {
    await run.commit('queue', async ({ ctx }) => {
      const found = await this.notifications.find(notification_id);
      const text = found && [found.subject, found.message].filter(Boolean).join('\n');
      if (text) for (const link of await this.links.listReachable(ctx)) await this.chats.tell(ctx, contactOf(link), text);
    });
  }

  /** A request that is repeated under its Idempotency-Key gets the code of the first. */
  private async makeOnce(ctx: Ctx): Promise<MadeCode> {
    const lease = currentLease();
    const before = lease?.findPart<string>(CODE);
    const made = before && (await this.codes.find(before));
    if (made) return made;
    return this.db.transaction(async () => {
      const { live, wait_s } = await this.codes.countLive(ctx);
      if (live >= LIVE_MAX)
        throw TooManyRequests(`You have ${live} codes that can be used. Use one of them.`, Math.max(1, Math.ceil(wait_s ?? 1)));
      const code = await this.codes.makeFor(ctx, 'whatsapp');
      if (!before) await lease?.recordPart(CODE, code.id);
      return code;
    });
  }

  private async confirm(ctx: Ctx, { code, channel, phone }: ConfirmLink) {
    const taken = await this.codes.take(code, 'chat');
    const known = taken ?? (await this.codes.findTaken(code));
    const isMeant = (channel ?? known?.channel) === known?.channel && (!phone || phone.replace(/\D/g, '') === known?.external_id);
    if (!known?.external_id || !isMeant) throw LinkCodeNotFound();
    const contact = { ...contactOf({ ...known, external_id: known.external_id }) };
    if (taken) return this.linking.link(ctx, contact);
    // The person who has used it may ask again.
    const link = await this.links.findOf(contact);
    if (known.used_at && link?.tenant_id === ctx.tenant && link.user_id === ctx.user) return { link, created: false };
    throw LinkCodeExpired();
  }
}
