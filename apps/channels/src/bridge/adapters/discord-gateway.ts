import type { Outbound } from '@skep/platform';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refused } from '../adapter.js';
import { textAt, valueAt } from './vendor-json.js';
import { SocketClosed, VendorSocket } from './vendor-socket.js';

/** Where a session of the gateway stands: with it, another connection gets what came after `seq`. */
export interface GatewaySession {
  readonly id: string;
  readonly seq: number;
  /** The address at which it is resumed. */
  readonly url: string;
  /** The id of the bot. */
  readonly bot: string;
}

/** One event of the gateway, and where the session stands with it. */
export interface Dispatch {
  readonly type: string;
  readonly data: unknown;
  readonly session: GatewaySession;
}

const OP = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, reconnect: 7, invalid: 9, hello: 10, acknowledged: 11 };
/** Messages in servers and direct ones. Their texts come without the privileged intent if they mention the bot or are direct. */
const INTENTS = (1 << 9) | (1 << 12);
/** Codes of refusals: the token, the shard, the version or the intents are wrong. */
const REFUSALS = [4004, 4010, 4011, 4012, 4013, 4014];
/** Codes after which a session cannot be resumed. */
const ENDS_OF_SESSION = [4007, 4009];
const QUERY = '/?v=10&encoding=json';
/** Discord wants a pause of one to five seconds before a new session. */
const PAUSE_MS = 1_000;
/** Connections that bring nothing, one after the other; then it is an error, after which there is a longer pause. */
const FRUITLESS_MAX = 3;

/** Connections to Discord's gateway for one bot. */
export class DiscordGateway {
  /** @param addressOf asks Discord for the gateway's address */
  constructor(
    private readonly outbound: Outbound,
    private readonly token: string,
    private readonly addressOf: () => Promise<string>,
  ) {}

  /**
   * Follows events until `signal` aborts. `take` ends before the next one is read.
   * @throws Refused if Discord does not accept the bot; SocketClosed or another Error if the connection broke
   */
  async follow(session: GatewaySession | undefined, take: (dispatch: Dispatch) => Promise<void>, signal: AbortSignal): Promise<void> {
    let [current, fruitless] = [session, 0];
    const keep = async (dispatch: Dispatch) => {
      await take(dispatch);
      [current, fruitless] = [dispatch.session, 0];
    };
    while (!signal.aborted) {
      const url = current?.url ?? (await this.addressOf());
      const canResume = await this.connect(url, current, keep, signal).catch((error: unknown) => {
        if (!(error instanceof SocketClosed)) throw error;
        if (REFUSALS.includes(error.code)) throw new Refused(error.message);
        if (!ENDS_OF_SESSION.includes(error.code)) throw error;
        return false;
      });
      if (signal.aborted) return;
      if (++fruitless > FRUITLESS_MAX) throw new Error('Discord asks for another connection again and again.');
      if (canResume) continue;
      current = undefined;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns whether the session can be resumed, if Discord asks for another connection */
  private async connect(
    url: string,
    session: GatewaySession | undefined,
    take: (dispatch: Dispatch) => Promise<void>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const socket = new VendorSocket('Discord', this.outbound, url.replace(/\/+$/, '') + QUERY);
    const heart = new Heart(socket, session?.seq);
    let current = session;
    try {
      for await (const message of socket.messages(signal)) {
        const [op, data, seq] = [valueAt(message, 'op'), valueAt(message, 'd'), valueAt(message, 's')];
        if (op === OP.hello) {
          heart.start(Number(valueAt(data, 'heartbeat_interval')));
          socket.send(this.introduction(session));
        } else if (op === OP.heartbeat) heart.beat();
        else if (op === OP.acknowledged) heart.isAnswered = true;
        else if (op === OP.reconnect) return true;
        else if (op === OP.invalid) return data === true;
        else if (op === OP.dispatch && typeof seq === 'number') {
          heart.seq = seq;
          const type = textAt(message, 't');
          current = type === 'READY' ? sessionOf(data, seq) : current && { ...current, seq };
          if (current && type !== 'RESUMED') await take({ type, data, session: current });
        }
      }
      return true;
    } finally {
      heart.stop();
    }
  }

  private introduction(session: GatewaySession | undefined): object {
    const { token } = this;
    if (session) return { op: OP.resume, d: { token, session_id: session.id, seq: session.seq } };
    return { op: OP.identify, d: { token, intents: INTENTS, properties: { os: 'linux', browser: 'skep', device: 'skep' } } };
  }
}

const sessionOf = (ready: unknown, seq: number): GatewaySession => ({
  ...{ id: textAt(ready, 'session_id'), seq },
  ...{ url: textAt(ready, 'resume_gateway_url'), bot: textAt(ready, 'user', 'id') },
});

/** The heartbeats of a connection. One that is not answered ends the connection, which is dead then. */
class Heart {
  isAnswered = true;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: VendorSocket,
    /** The last event that came. */
    public seq: number | undefined,
  ) {}

  /** Discord wants the first one at a random time, so that not all bots send theirs at once. */
  start(intervalMs: number): void {
    this.timer = setTimeout(() => this.next(intervalMs), intervalMs * Math.random());
  }

  beat(): void {
    this.socket.send({ op: OP.heartbeat, d: this.seq ?? null });
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private next(intervalMs: number): void {
    if (!this.isAnswered) return this.socket.break();
    this.isAnswered = false;
    this.beat();
    this.timer = setTimeout(() => this.next(intervalMs), intervalMs);
  }
}
