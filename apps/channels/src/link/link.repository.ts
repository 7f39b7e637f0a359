import type { ChannelName, Link } from '@skep/contracts/channels';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Contact } from './link-code.repository.js';
import { LinkEntity } from './link.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** A contact is linked to one person, of one tenant. */
const ADD = statement(
  `insert into link (id, tenant_id, user_id, channel, external_id, external_name)
   values (:id, :tenant, :user, :channel, :external_id, :external_name) on conflict (channel, external_id) do nothing returning *`,
  LinkEntity,
);
const FIND = statement('select * from link where channel = :channel and external_id = :external_id', LinkEntity);
const NOTE_SEEN = statement('update link set last_seen_at = clock_timestamp() where id = :id');
const REMOVE = statement('delete from link where id = :id and tenant_id = :tenant and user_id = :user returning *', LinkEntity);
/** WhatsApp takes free texts for a day after the contact wrote: https://developers.facebook.com/docs/whatsapp/conversation-types */
const REACHABLE = statement(
  `select * from link where tenant_id = :tenant and user_id = :user and channel = 'whatsapp' and last_seen_at > clock_timestamp() - interval '24 hours'`,
  LinkEntity,
);

/** Reads and writes links. */
@Injectable()
export class LinkRepository {
  constructor(private readonly db: Database) {}

  /** Undefined if the contact is linked, to anyone. */
  add({ tenant, user }: Owner, contact: Contact): Promise<LinkEntity | undefined> {
    const id = `lnk_${randomBytes(12).toString('hex')}`;
    return this.db.row(ADD, { id, tenant, user, ...contact });
  }

  /** The link of a contact, to whomever. */
  findOf({ channel, external_id }: Pick<Contact, 'channel' | 'external_id'>): Promise<LinkEntity | undefined> {
    return this.db.acrossTenants(() => this.db.row(FIND, { channel, external_id }));
  }

  list({ tenant: tenant_id, user: user_id }: Owner): Promise<LinkEntity[]> {
    return this.db.repository(LinkEntity).find({ where: { tenant_id, user_id }, order: { confirmed_at: 'asc', id: 'asc' } });
  }

  /** Contacts that may get a text now. */
  listReachable({ tenant, user }: Owner): Promise<LinkEntity[]> {
    return this.db.rows(REACHABLE, { tenant, user });
  }

  async noteSeen({ id }: LinkEntity): Promise<void> {
    await this.db.rows(NOTE_SEEN, { id });
  }

  async removeAll({ tenant: tenant_id, user: user_id }: Owner): Promise<void> {
    await this.db.repository(LinkEntity).delete({ tenant_id, user_id });
  }

  /** Undefined if the person has no such link. */
  remove({ tenant, user }: Owner, id: string): Promise<LinkEntity | undefined> {
    return this.db.row(REMOVE, { id, tenant, user });
  }
}

/** The last digits of a number, of which nothing else is shown. */
export const mask = (external_id: string): string => `•••• ${external_id.slice(-4)}`;

/** A link as its person sees it. */
export const toLink = ({ id, channel, external_id, confirmed_at }: LinkEntity): Link => ({
  ...{ id, channel, confirmed_at, external_user_masked: mask(external_id), status: 'confirmed' },
});

export const contactOf = ({
  channel,
  external_id,
  external_name,
}: {
  channel: ChannelName;
  external_id: string;
  external_name: string | null;
}): Contact => ({
  ...{ channel, external_id, external_name },
});
