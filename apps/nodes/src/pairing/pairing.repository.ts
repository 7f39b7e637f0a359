import { holdsScope } from '@skep/contracts/auth';
import { MAX_PAIRING_REQUESTS, TooManyPairingRequests } from '@skep/contracts/nodes';
import { type Ctx, Database, networkOf, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { PairingRequestEntity } from './pairing-request.entity.js';

const WAIT_MS = 300_000;
/** Requests that may wait at once from all networks. */
const MAX_IN_ALL = 1_000;

type NewRequest = Pick<PairingRequestEntity, 'name' | 'platform' | 'capabilities' | 'metadata' | 'socket_id' | 'dialect'>;

const LOCK = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended('pairing requests', 0))`, { locked: 'int4' });
const COUNT = statement(
  `select count(*)::int4 as in_all, (count(*) filter (where network = :network))::int4 as of_network
     from pairing_request where expires_at > now() and socket_id <> :socket_id`,
  { in_all: 'int4', of_network: 'int4' },
);
/** Requests that a person may decide on. */
const VISIBLE = 'expires_at > now() and (network = :network or :is_operator::bool)';
const LIST = statement(`select * from pairing_request where ${VISIBLE} order by created_at desc, id desc limit 100`, PairingRequestEntity);
const TAKE = statement(`delete from pairing_request where id = :id and ${VISIBLE} returning *`, PairingRequestEntity);

/** Devices that ask to be paired. */
@Injectable()
export class PairingRepository {
  constructor(private readonly db: Database) {}

  /** A later request of a socket replaces its earlier one. @returns its id @throws Problem `too_many_pairing_requests` */
  add({ ip }: Ctx, request: NewRequest): Promise<string> {
    const [id, network, { socket_id }] = [randomUUID(), networkOf(ip), request];
    return this.db.transaction(async () => {
      await this.db.rows(LOCK);
      const { in_all, of_network } = (await this.db.row(COUNT, { network, socket_id }))!;
      if (of_network >= MAX_PAIRING_REQUESTS || in_all >= MAX_IN_ALL) throw TooManyPairingRequests();
      await this.removeOfSocket(socket_id);
      await this.rows().insert({ id, network, ...request, expires_at: new Date(Date.now() + WAIT_MS) });
      return id;
    });
  }

  async removeOfSocket(socket_id: string): Promise<void> {
    await this.rows().delete({ socket_id });
  }

  list(ctx: Ctx): Promise<PairingRequestEntity[]> {
    return this.db.rows(LIST, viewOf(ctx));
  }

  /** Takes a request that this person may decide on, once. */
  take(ctx: Ctx, id: string): Promise<PairingRequestEntity | undefined> {
    return this.db.row(TAKE, { id, ...viewOf(ctx) });
  }

  private rows() {
    return this.db.repository(PairingRequestEntity);
  }
}

/** A service that acts for a person has an address of its own. */
function viewOf({ tenant, user, actor, scopes, ip }: Ctx) {
  const isPerson = actor === 'user' || actor.startsWith('key:');
  return { network: isPerson && ip ? networkOf(ip) : null, is_operator: user !== '' && tenant === 'default' && holdsScope(scopes, '*') };
}
