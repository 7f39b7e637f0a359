import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomInt, randomUUID } from 'node:crypto';
import type { BridgeEntity } from '../bridge/bridge.entity.js';
import { PairingCodeEntity } from './pairing-code.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** How many codes of a bridge may wait: anyone can ask for one. */
const PENDING_MAX = 50;
const LENGTH = 8;
/** Without characters that look alike. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

const IS_LIVE = 'expires_at > clock_timestamp()';
/** The lock of the bridge keeps two strangers from taking the last place. */
const ISSUE = statement(
  `insert into pairing_code (id, tenant_id, user_id, bridge_id, channel, code, contact_id, contact_name, expires_at)
   select :id, :tenant_id, :user_id, :bridge_id, :channel, :code, :contact_id, :contact_name, clock_timestamp() + interval '1 hour'
    where (select count(*) from pairing_code where bridge_id = :bridge_id and ${IS_LIVE}) < ${PENDING_MAX}
   on conflict (bridge_id, contact_id) do update
      set id = excluded.id, code = excluded.code, contact_name = excluded.contact_name, created_at = clock_timestamp(), expires_at = excluded.expires_at
    where pairing_code.expires_at <= clock_timestamp()
   returning code`,
  { code: 'text' },
);
const LIST = statement(
  `select * from pairing_code where tenant_id = :tenant and user_id = :user and ${IS_LIVE} order by created_at desc, id limit 1000`,
  PairingCodeEntity,
);
/** Each code is used once. */
const TAKE = statement(
  `delete from pairing_code where tenant_id = :tenant and user_id = :user and code = upper(:code) and ${IS_LIVE} returning *`,
  PairingCodeEntity,
);

/** Codes of strangers who have written to people's bots. Those of someone else's bots do not exist. */
@Injectable()
export class PairingCodeRepository {
  constructor(private readonly db: Database) {}

  /** A new code for a contact, in the transaction that has locked the bridge. Undefined if they have one, or too many wait. */
  async issue(
    { id: bridge_id, tenant_id, user_id, channel }: BridgeEntity,
    { id: contact_id, name }: { id: string; name: string },
  ): Promise<string | undefined> {
    const row = { id: randomUUID(), tenant_id, user_id, bridge_id, channel, code: newCode(), contact_id, contact_name: name || null };
    return (await this.db.row(ISSUE, row))?.code;
  }

  list({ tenant, user }: Owner): Promise<PairingCodeEntity[]> {
    return this.db.rows(LIST, { tenant, user });
  }

  /** Takes a code that has not expired, so that no one else does. */
  take({ tenant, user }: Owner, code: string): Promise<PairingCodeEntity | undefined> {
    return this.db.row(TAKE, { tenant, user, code });
  }
}

const newCode = (): string => Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
