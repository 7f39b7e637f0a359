import { AgentSocketMessage, type SocketDialect } from '@skep/contracts/agent';
import { holdsScope } from '@skep/contracts/auth';
import { type Ctx, LOG, type Log, Sockets } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Listeners } from './listeners.js';

/** A listener with this conversation gets what is about none. */
const NO_CONVERSATION = '';

/** Tells all sockets of a person what is not about one conversation. A notice may be lost: clients read the state when they connect. */
@Injectable()
export class Notices {
  constructor(
    private readonly sockets: Sockets,
    private readonly listeners: Listeners,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** A socket whose person may use agents gets notices from now on. */
  async add(ctx: Ctx, socket_id: string, dialect: SocketDialect): Promise<void> {
    if (ctx.user && holdsScope(ctx.scopes, 'agent:use')) await this.listeners.add(ctx, socket_id, NO_CONVERSATION, dialect);
  }

  async send(owner: Pick<Ctx, 'tenant' | 'user'>, name: 'node.approval', fields: object): Promise<void> {
    for (const { socket_id, dialect } of await this.listeners.list(owner, NO_CONVERSATION)) {
      const message = dialect === 'event' ? { event: name, data: fields } : { type: name.replace('.', '_'), ...fields };
      await this.sockets
        .send(socket_id, AgentSocketMessage, message)
        .catch((error: unknown) => this.log.debug({ error }, 'a socket could not be told'));
    }
  }
}
