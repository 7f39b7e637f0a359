import type { ChannelName } from '@skep/contracts/channels';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { readCode, toCode } from './crockford.js';
import { LinkCodeEntity } from './link-code.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
/** Who writes to the number of the installation. */
export interface Contact {
  channel: ChannelName;
  external_id: string;
  external_name: string | null;
}
/** A code, and until when it can be used. */
export interface MadeCode {
  id: string;
  code: string;
  expires_at: Date;
}

const IS_LIVE = 'used_at is null and expires_at > clock_timestamp()';
const ADD = statement(
  `insert into link_code (id, tenant_id, user_id, channel, external_id, external_name, code_hash, expires_at)
   values (:id, :tenant, :user, :channel, :external_id, :external_name, :code_hash, clock_timestamp() + interval '10 minutes')
   returning expires_at`,
  { expires_at: 'timestamptz' },
);
const LIVE_OF = statement(
  `select id, expires_at from link_code where channel = :channel and external_id = :external_id and ${IS_LIVE} order by expires_at desc limit 1`,
  { id: 'text', expires_at: 'timestamptz' },
);
const COUNT_LIVE = statement(
  `select count(*)::int4 as live, extract(epoch from min(expires_at) - clock_timestamp())::float8 as wait_s
     from link_code where tenant_id = :tenant and user_id = :user and ${IS_LIVE}`,
  { live: 'int4', wait_s: 'float8?' },
);
/** One of those who use a code at once gets it. */
const TAKE = statement(
  `update link_code set used_at = clock_timestamp() where code_hash = :hash and (external_id is null) = :of_app and ${IS_LIVE} returning *`,
  LinkCodeEntity,
);
const FIND = statement('select * from link_code where code_hash = :hash and (external_id is null) = :of_app', LinkCodeEntity);

/** Codes that link a contact and a person. They follow from their id and a key of the installation, and only a hash of them is stored. */
@Injectable()
export class LinkCodeRepository {
  constructor(private readonly db: Database) {}

  /** The code of a contact, who gets the same one as long as it is valid. Call it with a lock on the contact. */
  async giveTo({ channel, external_id, external_name }: Contact): Promise<MadeCode> {
    const live = await this.across(() => this.db.row(LIVE_OF, { channel, external_id }));
    if (live) return { ...live, code: await this.codeOf(live.id) };
    return this.add({ tenant: '', user: '' }, { channel, external_id, external_name });
  }

  /** A code that the app of a person shows. */
  makeFor(owner: Owner, channel: ChannelName): Promise<MadeCode> {
    return this.add(owner, { channel, external_id: null, external_name: null });
  }

  /** How many codes of a person can be used, and in how many seconds the first of them expires. */
  async countLive({ tenant, user }: Owner): Promise<{ live: number; wait_s: number | null }> {
    return (await this.db.row(COUNT_LIVE, { tenant, user }))!;
  }

  async removeAll({ tenant: tenant_id, user: user_id }: Owner): Promise<void> {
    await this.db.repository(LinkCodeEntity).delete({ tenant_id, user_id });
  }

  /** What a code says once more. Undefined if it is not kept any more. */
  async find(id: string): Promise<MadeCode | undefined> {
    const found = await this.across(() => this.db.repository(LinkCodeEntity).findOneBy({ id }));
    return found ? { id, expires_at: found.expires_at, code: await this.codeOf(id) } : undefined;
  }

  /**
   * Uses a code, in the current transaction: once, before it expires.
   * @param by where it was made: in an app, or in a chat
   */
  async take(code: string, by: 'app' | 'chat'): Promise<LinkCodeEntity | undefined> {
    const hash = await this.hashOf(code);
    return this.across(() => this.db.row(TAKE, { hash, of_app: by === 'app' }));
  }

  /** A code that was used or has expired. */
  async findTaken(code: string): Promise<LinkCodeEntity | undefined> {
    const hash = await this.hashOf(code);
    return this.across(() => this.db.row(FIND, { hash, of_app: false }));
  }

  async codeOf(id: string): Promise<string> {
    return toCode(await this.db.sealing.derive('link code', id));
  }

  private async add(owner: Owner, contact: Omit<Contact, 'external_id'> & { external_id: string | null }): Promise<MadeCode> {
    const id = `lnc_${randomBytes(16).toString('hex')}`;
    const code = await this.codeOf(id);
    const row = { id, tenant: owner.tenant, user: owner.user, ...contact, code_hash: await this.hashOf(code) };
    const { expires_at } = (await this.across(() => this.db.row(ADD, row)))!;
    return { id, code, expires_at };
  }

  private hashOf(code: string): Promise<Buffer> {
    return this.db.sealing.derive('link code hash', readCode(code) ?? '');
  }

  private across<T>(work: () => Promise<T>): Promise<T> {
    return this.db.acrossTenants(work);
  }
}
