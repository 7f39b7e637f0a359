import { holdsScope } from '@skep/contracts/auth';
import type { ChannelActivity } from '@skep/contracts/channels';
import { networkOf } from '@skep/platform';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../auth/credential.js';
import type { Access, RouteCall } from '../route.js';
import type { ConnectionOwner } from '../streams/open-connections.js';
import { findMessage, type SocketParts } from './message.js';

const SIGNED_IN: Access = { kind: 'account' };

/** Who uses a socket, which a message with a credential can change. */
export class SocketSession {
  private headers: IncomingHttpHeaders;
  private access: Access;
  private release: () => void;

  constructor(
    private readonly call: RouteCall,
    readonly parts: SocketParts,
    private caller: Caller,
    private readonly reserve: (user: string) => () => void,
  ) {
    this.headers = call.request.headers;
    this.access = call.route.access;
    this.release = reserve(this.counted(caller));
  }

  get owner(): ConnectionOwner {
    const { user, session } = this.caller;
    return { user, session, verify: () => this.call.reauthorize(this.access, this.headers) };
  }

  /** What the user who is signed in on it may see of something that has happened. */
  shownOf(activity: ChannelActivity): object | undefined {
    const { shows } = this.parts;
    const { tenant, user, scopes } = this.caller;
    const isOwn = user === activity.user_id && tenant === activity.tenant_id;
    return shows && isOwn && holdsScope(scopes, shows.scope) ? shows.toMessage(activity) : undefined;
  }

  /** Signs in the user whose credential came with the socket. One that is not valid counts as none, as it does for messages that need none. */
  async signIn(): Promise<void> {
    if (this.caller.user || !this.headers.authorization) return;
    const caller = await this.call.admit(SIGNED_IN, this.headers).catch(() => undefined);
    if (caller?.user) this.become(caller, SIGNED_IN, this.headers);
  }

  /** Passes a message to its operation. @returns the answer, as JSON @throws Problem */
  async forward(message: Record<string, unknown>, socket_id: string): Promise<Uint8Array> {
    const { operation, access } = findMessage(this.parts, message);
    const credential = this.parts.credentialOf?.(message);
    const headers = typeof credential === 'string' ? { ...this.headers, authorization: `Bearer ${credential}` } : this.headers;
    const caller = await this.call.admit(access, headers);
    if (caller.user) this.become(caller, access, headers);
    return (await this.call.forwardAs(caller, operation, { ...message, socket_id })).bytes;
  }

  /** Tells the service that the socket has closed. */
  async close(socket_id: string, code: number): Promise<void> {
    await this.call.forwardAs(this.caller, this.parts.onClose, { socket_id, code });
  }

  /** The socket no longer counts. */
  end(): void {
    this.release();
  }

  /** @throws Problem `too_many_requests` if the user has too many sockets; the socket then stays with who it was */
  private become(caller: Caller, access: Access, headers: IncomingHttpHeaders): void {
    if (caller.user !== this.caller.user) {
      const release = this.reserve(this.counted(caller));
      this.release();
      this.release = release;
    }
    Object.assign(this, { caller, access, headers });
  }

  private counted({ actor, user }: Caller): string {
    return actor.startsWith('service:') ? '' : user || networkOf(this.call.request.ip);
  }
}
