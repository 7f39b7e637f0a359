import {
  Bool,
  contract,
  Empty,
  Forbidden,
  Int,
  list,
  Nullable,
  operation,
  Optional,
  Shape,
  SocketClosed,
  SocketRef,
  Text,
} from '@skep/contracts';
import { Aggregate, type Ctx, type Env, Handle, Handlers, runProcess, serve, type Service, ServiceConfig, Sockets } from '@skep/platform';
import { setTimeout as sleep } from 'node:timers/promises';

@Shape('How to open a socket.')
class Join extends SocketRef {
  @Text({ max: 20, description: 'Its name; `nobody` is refused.' }) name: string = 'polly';
}

@Shape('What to repeat.')
class Say extends SocketRef {
  @Text({ max: 100_000, description: 'The words.' }) text!: string;
  @Int({ min: 0, max: 2_000, description: 'Milliseconds to think first.' }) pause_ms: number = 0;
}

@Shape('What to tell another socket.')
class Tell extends SocketRef {
  @Text({ description: 'The other socket.' }) to!: string;
  @Int({ min: 1, max: 1_000, description: 'How often.' }) times: number = 1;
  @Int({ min: 1, max: 100_000, description: 'Characters of each message.' }) length: number = 1;
  @Optional() @Int({ description: 'Closes the socket with this code instead.' }) code?: number;
}

@Shape('A socket is open.')
class Welcome {
  @Text({ description: '`welcome`.' }) type!: string;
  @Text({ description: 'Id of the socket.' }) socket_id!: string;
  @Text({ description: 'Who opened it.' }) user!: string;
}

@Shape('Words.')
export class Said {
  @Text({ description: '`said`.' }) type!: string;
  @Text({ description: 'The words.' }) text!: string;
  @Nullable() @Text({ description: 'Who said them.' }) user!: string | null;
}

@Shape('Whether the other socket is open.')
class Told {
  @Text({ description: '`told`.' }) type!: string;
  @Bool({ description: 'Whether it is.' }) is_open!: boolean;
}

@Shape('A socket that has closed.')
class Left {
  @Text({ description: 'Id of the socket.' }) socket_id!: string;
  @Int({ description: 'The close code.' }) code!: number;
  @Text({ description: 'Who had it.' }) user!: string;
}

/** A service that repeats what its sockets say, for the tests of sockets and their measurement (tools/bench). */
export const parrot = contract('parrot', {
  join: operation('Open a socket', { input: Join, output: Welcome, problems: [Forbidden], scope: 'billing:read' }),
  say: operation('Repeat words', { input: Say, output: Said, scope: 'billing:read' }),
  tell: operation('Tell another socket', { input: Tell, output: Told, scope: 'billing:read' }),
  which: operation('Tell which socket this is', { input: SocketRef, output: Welcome, scope: 'billing:read' }),
  think: operation('Say nothing', { input: SocketRef, output: Empty }),
  leave: operation('Note a closed socket', { input: SocketClosed, output: Empty }),
  listLeft: operation('List the sockets that have closed', { input: Empty, output: list(Left) }),
});

@Handlers()
class ParrotHandlers {
  private readonly left: Left[] = [];

  constructor(private readonly sockets: Sockets) {}

  @Handle(parrot.join)
  async join({ user }: Ctx, { socket_id, name }: Join): Promise<Welcome> {
    if (name === 'nobody') throw Forbidden('Nobody may not join.');
    // Before the socket is open: the client gets it after it is.
    if (name === 'early') await this.sockets.send(socket_id, Said, { type: 'said', text: 'early', user: null });
    return { type: 'welcome', socket_id, user };
  }

  @Handle(parrot.say)
  async say({ user }: Ctx, { text, pause_ms }: Say): Promise<Said> {
    if (pause_ms) await sleep(pause_ms);
    return { type: 'said', text, user };
  }

  @Handle(parrot.tell)
  async tell({ user }: Ctx, { to, times, length, code }: Tell): Promise<Told> {
    if (code !== undefined) return { type: 'told', is_open: await this.sockets.close(to, code, 'as told') };
    const secret = { text: 'x'.repeat(length), secret: 'never sent' };
    const sent = Array.from({ length: times }, (_, n) =>
      this.sockets.send(to, Said, { ...secret, type: 'said', text: length > 1 ? secret.text : String(n), user }),
    );
    return { type: 'told', is_open: (await Promise.all(sent)).every(Boolean) };
  }

  @Handle(parrot.which)
  which({ user }: Ctx, { socket_id }: SocketRef): Welcome {
    return { type: 'welcome', socket_id, user };
  }

  @Handle(parrot.think)
  think(): Empty {
    return {};
  }

  @Handle(parrot.leave)
  leave({ user }: Ctx, { socket_id, code }: SocketClosed): Empty {
    this.left.push({ socket_id, code, user });
    return {};
  }

  @Handle(parrot.listLeft)
  listLeft(): Left[] {
    return this.left;
  }
}

@Aggregate({ handlers: [ParrotHandlers] })
class ParrotModule {}

export const service: Service = { name: 'parrot', contract: parrot, config: ServiceConfig, modules: [ParrotModule], main: import.meta.url };

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
