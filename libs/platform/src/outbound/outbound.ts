import type { OnApplicationShutdown } from '@nestjs/common';
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher, fetch, type Response, WebSocket } from 'undici';
import { isCallable, isInNetworks, type Network, parseNetworks } from './public-address.js';

/** What a request may cost. */
export interface Limits {
  /** Milliseconds until the end of the answer: ten seconds by default. */
  timeoutMs?: number;
  /** Bytes of the answer, after decompression: 1 MiB by default. */
  maxBytes?: number;
  /** How many redirects are followed: 5 by default. */
  redirects?: number;
}

export interface OutboundRequest extends Limits {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** The address comes from the operator's settings: it may be private. Addresses that it redirects to are checked. */
  ofOperator?: boolean;
  signal?: AbortSignal;
}

export interface OutboundAnswer {
  /** The address that answered, after redirects. */
  url: string;
  status: number;
  headers: Headers;
  /** Ends with OutboundError `size` or `time` beyond the limits. */
  body: AsyncIterable<Uint8Array>;
}

/** Why a request failed: a reason for programs, and a sentence for the person whose address it is. */
export class OutboundError extends Error {
  constructor(
    readonly reason: 'address' | 'redirect' | 'time' | 'size' | 'network',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const DEFAULTS = { timeoutMs: 10_000, maxBytes: 1024 * 1024, redirects: 5 };
const CONNECT_TIMEOUT_MS = 5_000;
const CONNECTIONS_PER_ORIGIN = 8;
/** What a redirect to another origin still gets: no credentials, under whatever name. */
const HARMLESS_HEADERS = ['accept', 'accept-language', 'user-agent'];
const NOT_PUBLIC = 'is not a public address. An operator can allow it with SKEP_OUTBOUND_ALLOW';

/**
 * The one client for addresses that a person or an app supplies. It connects only to public addresses and those of SKEP_OUTBOUND_ALLOW, and
 * decides on the address that it connects to, so that a name which changes between a check and the connection gains nothing. Each
 * redirect is checked like the first address.
 */
export class Outbound implements OnApplicationShutdown {
  private readonly allowed: Network[];
  private readonly checking: Agent;
  private readonly trusting: Agent;

  /**
   * @param allow networks beside the public ones, by commas
   * @param resolve finds the addresses of a name, like `dns.lookup`
   * @param connections to one origin; further requests wait
   * @throws Error naming a network that is none
   */
  constructor(
    allow: string,
    private readonly resolve = lookup,
    connections = CONNECTIONS_PER_ORIGIN,
  ) {
    this.allowed = parseNetworks(allow);
    const timeout = CONNECT_TIMEOUT_MS;
    this.checking = new Agent({ connections, connect: { timeout, lookup: this.lookUp } });
    this.trusting = new Agent({ connections, connect: { timeout } });
  }

  /** Sends a request, and reads its whole answer. @throws OutboundError */
  async fetch(url: string, request: OutboundRequest = {}): Promise<OutboundAnswer & { bytes: Buffer }> {
    const answer = await this.open(url, request);
    const parts: Uint8Array[] = [];
    for await (const part of answer.body) parts.push(part);
    return { ...answer, bytes: Buffer.concat(parts) };
  }

  /** Sends a request. The caller reads the body of the answer, or stops reading it. @throws OutboundError */
  async open(url: string, request: OutboundRequest = {}): Promise<OutboundAnswer> {
    const { timeoutMs, maxBytes, redirects } = { ...DEFAULTS, ...request };
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout;
    const explain = (error: unknown) => toOutboundError(error, timeout, timeoutMs);
    let { method = 'GET', headers = {}, body, ofOperator = false } = request;
    let address = this.parse(url, ofOperator);
    for (let left = redirects; ; left--) {
      const options = { method, headers, body: body ?? null, signal, redirect: 'manual' as const, dispatcher: this.agentOf(ofOperator) };
      const response = await fetch(address, options).catch((error: unknown) => {
        throw explain(error);
      });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null)
        return {
          url: address.href,
          status: response.status,
          headers: response.headers as Headers,
          body: limit(response, maxBytes, explain),
        };
      await response.body?.cancel();
      if (left === 0) throw new OutboundError('redirect', `${url} redirects more than ${redirects} times.`);
      const next = this.parse(new URL(location, address).href, false);
      if (address.protocol === 'https:' && next.protocol === 'http:')
        throw new OutboundError('redirect', `${address.origin} redirects to ${next.origin}, which is not encrypted.`);
      const keepsMethod = response.status === 307 || response.status === 308;
      if (!keepsMethod && method !== 'HEAD') [method, body] = ['GET', undefined];
      if (next.origin !== address.origin) {
        if (body !== undefined) throw new OutboundError('redirect', `${address.origin} redirects a request with a body to ${next.origin}.`);
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS_HEADERS.includes(name.toLowerCase())));
      }
      [address, ofOperator] = [next, false];
    }
  }

  /**
   * Opens a WebSocket. Its address is checked like that of a request; a connection that fails ends with its event `close`.
   * @throws OutboundError
   */
  connect(url: string): WebSocket {
    // The constructor knows these schemes; the rules for the rest are those of http and https.
    const address = this.parse(url.replace(/^ws(s?):/i, 'http$1:'), false);
    return new WebSocket(address, { dispatcher: this.checking });
  }

  /** Whether a host is an address, not a name, that SKEP_OUTBOUND_ALLOW allows. */
  isAllowedAddress(host: string): boolean {
    return isInNetworks(withoutBrackets(host), this.allowed);
  }

  async close(): Promise<void> {
    await Promise.all([this.checking.close(), this.trusting.close()]);
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private agentOf(ofOperator: boolean): Dispatcher {
    return ofOperator ? this.trusting : this.checking;
  }

  /** `URL` writes an IPv4 address in octal, hexadecimal or one number as four decimal numbers. */
  private parse(url: string, ofOperator: boolean): URL {
    const address = URL.parse(url);
    if (!address || !['http:', 'https:'].includes(address.protocol))
      throw new OutboundError('address', `${url} is not an http or https address.`);
    if (address.username || address.password) throw new OutboundError('address', `The address of ${address.host} contains a password.`);
    const host = withoutBrackets(address.hostname);
    if (!ofOperator && isIP(host) && !isCallable(host, this.allowed)) throw new OutboundError('address', `${host} ${NOT_PUBLIC}.`);
    return address;
  }

  /** Only the addresses of a name that may be called: the connection is made to one of these. */
  private readonly lookUp: LookupFunction = (name, options, callback) => {
    this.resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const callable = addresses.filter(({ address }) => isCallable(address, this.allowed));
      if (!callable.length) return callback(new OutboundError('address', `${name} ${NOT_PUBLIC}.`), []);
      if (options.all) callback(null, callable);
      else callback(null, callable[0]!.address, callable[0]!.family);
    });
  };
}

const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

async function* limit(response: Response, maxBytes: number, explain: (error: unknown) => OutboundError): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const part of response.body ?? []) {
      bytes += part.byteLength;
      if (bytes > maxBytes) throw new OutboundError('size', `The answer is larger than ${maxBytes} bytes.`);
      yield part;
    }
  } catch (error) {
    throw explain(error);
  }
}

/** undici wraps the error of a connection in a TypeError, as its cause. */
function toOutboundError(error: unknown, timeout: AbortSignal, timeoutMs: number): OutboundError {
  const cause = error instanceof TypeError && error.cause ? error.cause : error;
  if (cause instanceof OutboundError) return cause;
  if (timeout.aborted) return new OutboundError('time', `There was no whole answer within ${timeoutMs} ms.`, { cause });
  return new OutboundError('network', `The connection failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
