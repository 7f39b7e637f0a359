import type { Outbound } from '@skep/platform';
import { Refused } from '../adapter.js';
import { toVendorError } from './vendor-error.js';
import { parseJson } from './vendor-json.js';

/** A request to a vendor. `path` begins with a slash. */
export interface VendorCall {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  /** The header `authorization`. */
  readonly authorization?: string;
  readonly json?: object;
  readonly signal: AbortSignal;
}

export interface VendorReply {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined if the answer is no JSON. */
  readonly json: unknown;
}

/** What a vendor said of a call that it did not carry out. */
export interface Complaint {
  readonly reason: string;
  /** The vendor's number of this kind of error. */
  readonly code?: number;
  /** Set if the vendor limits the rate, or is sure that it did nothing. */
  readonly retryAfterMs?: number | undefined;
  /** The vendor failed, and may have done it. So it is with a status of 500 and more. */
  readonly isUnknown?: boolean;
}

/** `Refused` for ever, with the vendor's number of the error. */
export class VendorRefused extends Refused {
  constructor(
    message: string,
    readonly code: number | undefined,
  ) {
    super(message);
  }
}

/** Milliseconds for an answer, and bytes that it may have. */
const LIMITS = { timeoutMs: 20_000, maxBytes: 1024 * 1024 };
const MESSAGE_MAX = 300;
/** For a vendor that limits the rate, and does not say for how long. */
const RATE_LIMIT_MS = 30_000;
const RATE_LIMIT_MAX_MS = 3_600_000;

/** The HTTP API of a vendor, whose address is a setting of the operator. Errors name neither the path nor credentials. */
export class VendorApi {
  /** @param complain what an answer complains of, in the vendor's words; undefined for one that reports success */
  constructor(
    private readonly vendor: string,
    private readonly outbound: Outbound,
    private readonly base: string,
    private readonly complain: (reply: VendorReply) => Complaint | undefined,
    private readonly limits = LIMITS,
  ) {}

  /** Asks something. @throws Refused if the vendor did nothing: for ever, or until `retryAfterMs`; Error if that is not known */
  async ask(call: VendorCall): Promise<unknown> {
    const reply = await this.fetch(call);
    const complaint = this.complaintOf(reply);
    if (!complaint) return reply.json;
    const { reason, code, retryAfterMs } = complaint;
    const message = `${this.vendor}: ${reason}`.slice(0, MESSAGE_MAX);
    if (retryAfterMs !== undefined) throw new Refused(message, Math.min(retryAfterMs, RATE_LIMIT_MAX_MS));
    throw isRefusal(reply, complaint) ? new VendorRefused(message, code) : new Error(message);
  }

  /** Sends a message. @returns the vendor's id of it. Throws as `ask` does. */
  async send(call: VendorCall, idOf: (json: unknown) => string): Promise<string> {
    const id = idOf(await this.ask(call));
    if (id) return id;
    throw new Error(`${this.vendor} answered without the id of the message.`);
  }

  private complaintOf(reply: VendorReply): Complaint | undefined {
    const { status } = reply;
    const said = this.complain(reply) ?? (status >= 200 && status < 300 ? undefined : { reason: `status ${status}` });
    return said && status === 429 ? { ...said, retryAfterMs: said.retryAfterMs ?? RATE_LIMIT_MS } : said;
  }

  private async fetch({ method = 'POST', path, authorization, json, signal }: VendorCall): Promise<VendorReply> {
    const headers = {
      accept: 'application/json',
      ...(authorization && { authorization }),
      ...(json && { 'content-type': 'application/json; charset=utf-8' }),
    };
    const body = json && { body: JSON.stringify(json) };
    const address = `${this.base.replace(/\/+$/, '')}${path}`;
    const sent = { ...this.limits, redirects: 0, method, headers, ...body, signal, ofOperator: true };
    const {
      status,
      headers: given,
      bytes,
    } = await this.outbound.fetch(address, sent).catch((error: unknown) => {
      throw toVendorError(this.vendor, error);
    });
    return { status, headers: given, json: parseJson(bytes) };
  }
}

/** Milliseconds of a header `Retry-After` in seconds; undefined without it. */
export function retryAfterOf({ headers }: VendorReply): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1_000) : undefined;
}

/** Slack refuses with 200. 408 means that a request came too slowly, of which a part may have been taken. */
const isRefusal = ({ status }: VendorReply, { isUnknown = false }: Complaint): boolean =>
  !isUnknown && status < 500 && status !== 408 && !(status >= 300 && status < 400);
