import type { ChannelName } from '@skep/contracts/channels';

/** The settings with which a person reaches the account of their bot at a vendor, by the names that the vendor uses. They are sealed. */
export type Credentials = Readonly<Record<string, string>>;

/** A message from a contact at the vendor. Its texts come from outside: they are no instructions of the person. */
export interface Incoming {
  /** The vendor's id of the message in its chat: one that comes again is not taken again. */
  readonly message_id: string;
  /** Where an answer goes: in a group that is the group, or a thread of it, whose `group` is then the id of the group. */
  readonly chat: { readonly id: string; readonly type: 'direct' | 'group'; readonly name: string; readonly group?: string };
  readonly sender: { readonly id: string; readonly name: string };
  readonly text: string;
  /** Whether it speaks to the bot: always in a direct chat, in a group if it names the bot or answers it. */
  readonly is_to_bot: boolean;
  /** The vendor's id of the message that it answers. */
  readonly reply_to?: string;
  /** What `Adapter.send` needs to answer this very message, such as the token of an interaction. Sealed, and kept until it is answered. */
  readonly answer_with?: string;
}

/** What the vendor says later of a message that was sent. */
export interface Receipt {
  readonly message_id: string;
  readonly status: 'delivered' | 'read' | 'failed';
  /** The chat that it went to, if the vendor names it. */
  readonly chat_id?: string;
  /** Why it failed, in the vendor's words. */
  readonly error?: string;
}

/** What a request or a socket of the vendor brings. */
export interface Delivery {
  readonly messages: readonly Incoming[];
  readonly receipts: readonly Receipt[];
}

/** A request of the vendor, as it came. */
export interface VendorRequest {
  readonly method: 'GET' | 'POST';
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The answer that the vendor's protocol wants, such as a challenge or a pong. It is sent after the delivery is stored. */
export interface VendorAnswer {
  readonly status: number;
  readonly type: 'application/json' | 'text/plain';
  readonly body: string;
}

export interface Outgoing {
  readonly chat_id: string;
  readonly text: string;
  /** The message that it answers. */
  readonly reply_to?: string;
  /** Of the message that it answers. */
  readonly answer_with?: string;
}

/**
 * The vendor did not take a message, and did nothing with it. With `retryAfterMs` it may be sent again after that time; without, never.
 * Any other error of `Adapter.send` means that it may have been sent.
 */
export class Refused extends Error {
  constructor(
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** A request that does not carry the vendor's signature, or an old one. */
export class InvalidSignature extends Error {}

/**
 * One vendor of chats: its protocol in both directions, and nothing else. An adapter keeps no state between calls, and logs no
 * credentials. What it does not understand (a sticker, an edit) is no message.
 */
export interface Adapter {
  readonly name: ChannelName;
  readonly display_name: string;
  /** The names of credentials, the required ones first. */
  readonly credentials: { readonly required: readonly string[]; readonly optional: readonly string[] };
  /** The longest text of one message, in the unit of the vendor; longer ones are split before. */
  readonly textMax: number;

  /**
   * Asks the vendor whose the credentials are.
   * @returns the id and the name of the bot @throws Refused if they are wrong; Error if the vendor cannot be asked
   */
  identify(credentials: Credentials, signal: AbortSignal): Promise<{ readonly id: string; readonly name: string }>;

  /** Sends one message. @returns the vendor's id of it @throws Refused; any other Error if the outcome is unknown */
  send(credentials: Credentials, message: Outgoing, signal: AbortSignal): Promise<string>;

  /** Reads a request of the vendor. Only with channels that deliver by requests. @throws InvalidSignature; InvalidInput for a body that is not the vendor's */
  read?(credentials: Credentials, request: VendorRequest): { readonly delivery: Delivery; readonly answer: VendorAnswer };

  /** Whether this set-up is to be listened for, with a channel that delivers in both ways. Without it, every channel that has `listen` is. */
  isListening?(credentials: Credentials): boolean;

  /**
   * Listens by polling or by a socket until `signal` aborts. Only with channels that deliver in this way. `store` ends once the
   * delivery is stored: only then is it acknowledged to the vendor. `position` is where the last listener stopped (the argument of its last `store`).
   * @throws Refused if the credentials do not work any more; Error if the connection broke
   */
  listen?(
    credentials: Credentials,
    position: string | undefined,
    store: (delivery: Delivery, position?: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
}
