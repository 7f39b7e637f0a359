import { models } from '@skep/contracts/models';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';

type Asked = Pick<Ctx, 'tenant' | 'user' | 'idempotencyKey'>;

/** Completions in progress, which those who asked may stop by the idempotency key, in whichever process they are. */
@Injectable()
export class Stops implements OnModuleInit {
  private readonly open = new Map<string, AbortController>();

  constructor(private readonly bus: Bus) {}

  onModuleInit(): void {
    this.bus.subscribe(models.completionStopped, ({ tenant_id: tenant, user_id: user, key: idempotencyKey }) =>
      this.open.get(nameOf({ tenant, user, idempotencyKey }))?.abort(),
    );
  }

  /** Does what may be stopped: the signal is aborted then. */
  async during<T>(asked: Asked, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    if (asked.idempotencyKey === undefined) return work(controller.signal);
    const name = nameOf(asked);
    this.open.set(name, controller);
    try {
      return await work(controller.signal);
    } finally {
      if (this.open.get(name) === controller) this.open.delete(name);
    }
  }

  stop({ tenant: tenant_id, user: user_id }: Asked, key: string): void {
    this.bus.broadcast(models.completionStopped, { tenant_id, user_id, key });
  }
}

const nameOf = ({ tenant, user, idempotencyKey }: Asked): string => JSON.stringify([tenant, user, idempotencyKey]);
