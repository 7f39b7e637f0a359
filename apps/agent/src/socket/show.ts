import { AgentSocketMessage, type SocketDialect } from '@skep/contracts/agent';
import { type Ctx, LOG, type Log, Sockets, type Step } from '@skep/platform';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ListenerEntity } from './listener.entity.js';
import { Listeners } from './listeners.js';

/** What is shown of one turn: to the readers of its run, and to the sockets that listen to its conversation. */
export interface Shown {
  /** Whether words of a model are shown while it says them, and so must not be said again after a crash. */
  showsWords: boolean;
  /** Shows an event of a step. */
  emit(step: Step, type: string, data: object): void;
  /** Tells the sockets how the turn has ended. The readers of the run learn it from the run. */
  end(type: 'done' | 'error', data: object): void;
  close(): void;
}

interface Open {
  owner: Pick<Ctx, 'tenant' | 'user'>;
  conversation_id: string;
  listeners: ListenerEntity[];
}

/** Shows turns. Which sockets listen is known again a moment after it has changed. */
@Injectable()
export class Show implements OnModuleInit {
  private readonly open = new Map<string, Set<Open>>();

  constructor(
    private readonly sockets: Sockets,
    private readonly listeners: Listeners,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.listeners.onChange((conversation_id) => {
      for (const open of this.open.get(conversation_id) ?? []) void this.load(open);
    });
  }

  /** Begins to show a turn. */
  async of(owner: Pick<Ctx, 'tenant' | 'user'>, conversation_id: string): Promise<Shown> {
    const open: Open = { owner, conversation_id, listeners: [] };
    const together = this.open.get(conversation_id) ?? new Set();
    this.open.set(conversation_id, together.add(open));
    await this.load(open);
    return {
      showsWords: true,
      emit: (step, type, data) => {
        step.emit(type, data);
        this.send(open, type, data);
      },
      end: (type, data) => this.send(open, type, data),
      close: () => {
        together.delete(open);
        if (!together.size) this.open.delete(conversation_id);
      },
    };
  }

  private async load(open: Open): Promise<void> {
    open.listeners = await this.listeners.list(open.owner, open.conversation_id).catch((error: unknown) => {
      this.log.warn({ error }, 'the listeners of a conversation could not be read');
      return open.listeners;
    });
  }

  private send(open: Open, type: string, data: object): void {
    for (const { socket_id, dialect } of open.listeners) {
      // Clients of this dialect know no message for it.
      if (dialect === 'event' && type === 'start') continue;
      this.sockets.send(socket_id, AgentSocketMessage, inDialect(dialect, open.conversation_id, type, data)).then(
        (isOpen) => {
          if (!isOpen) open.listeners = open.listeners.filter((other) => other.socket_id !== socket_id);
        },
        (error: unknown) => this.log.debug({ error }, 'a socket could not be told'),
      );
    }
  }
}

/** An event as the clients of a dialect know it. */
export function inDialect(dialect: SocketDialect, conversation_id: string, type: string, data: object): AgentSocketMessage {
  if (dialect === 'event') return { event: `chat.${type}`, data: { conversation_id, ...data } };
  const shown = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
  return { type, conversation_id, ...shown };
}
