import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { BridgeEntity } from '../bridge/bridge.entity.js';

/** How long a process that does not renew its leases holds a bridge. */
const LEASE = `interval '6 seconds'`;
/** A listener that has lasted so long works. */
const PROVEN = `interval '5 seconds'`;

const CLAIM = statement(
  `update bridge set listener = :listener, listen_until = clock_timestamp() + ${LEASE}, listen_since = clock_timestamp()
    where id in (
      select id from bridge
       where running and listens and channel = any(:channels) and (listen_until is null or listen_until < clock_timestamp())
         and (listen_after is null or listen_after < clock_timestamp())
       order by listen_until nulls first limit 1 for update skip locked)
   returning *`,
  BridgeEntity,
);
const RENEW = statement(
  `update bridge set listen_until = clock_timestamp() + ${LEASE},
          failures = case when listen_since < clock_timestamp() - ${PROVEN} then 0 else failures end,
          last_error = case when listen_since < clock_timestamp() - ${PROVEN} then null else last_error end
    where listener = any(:listeners) and running returning listener`,
  { listener: 'text' },
);
const RELEASE = statement('update bridge set listener = null, listen_until = null where listener = any(:listeners)');
const FAIL = statement(
  `update bridge set listener = null, listen_until = null, last_error = :error, failures = failures + 1,
          listen_after = clock_timestamp() + make_interval(secs => :pause_s)
    where listener = :listener returning id`,
  { id: 'text' },
);
const STOP = statement(
  `update bridge set listener = null, listen_until = null, running = false, last_error = :error, last_stop = clock_timestamp()
    where listener = :listener returning id`,
  { id: 'text' },
);

/** Which process listens to which bridge, of all tenants: one at a time. A listener has another name for each lease. */
@Injectable()
export class ListenedBridges {
  constructor(private readonly db: Database) {}

  /** Takes a bridge that runs and that no process listens to. Undefined if there is none. */
  claim(listener: string, channels: string[]): Promise<BridgeEntity | undefined> {
    return this.across(() => this.db.row(CLAIM, { listener, channels }));
  }

  /** Returns the listeners that still hold their bridges. */
  async renew(listeners: string[]): Promise<Set<string>> {
    return new Set((await this.across(() => this.db.rows(RENEW, { listeners }))).map(({ listener }) => listener));
  }

  async release(listeners: string[]): Promise<void> {
    await this.across(() => this.db.rows(RELEASE, { listeners }));
  }

  /** Lets the bridge rest after an error. False if the listener does not hold it any more. */
  async fail(listener: string, error: string, pauseMs: number): Promise<boolean> {
    return (await this.across(() => this.db.row(FAIL, { listener, error, pause_s: pauseMs / 1_000 }))) !== undefined;
  }

  /** Stops the bridge: its person has to do something. */
  async stop(listener: string, error: string): Promise<boolean> {
    return (await this.across(() => this.db.row(STOP, { listener, error }))) !== undefined;
  }

  private across<T>(work: () => Promise<T>): Promise<T> {
    return this.db.acrossTenants(work);
  }
}
