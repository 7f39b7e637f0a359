import { Handlers, OnRun, type Run, runKind } from '@skep/platform';
import { ConnectedNodes } from '../node/connected-nodes.js';
import { NodeSockets } from '../node/node-sockets.js';
import { NodesConfig } from '../nodes.config.js';
import { asShell } from './commands.js';
import { InvocationRepository } from './invocation.repository.js';

interface InvocationRun {
  invocation_id: string;
  /** It waits for an approval first. */
  asks: boolean;
}
/** A command for a node, from the approval to the answer. */
export const INVOCATION = runKind<InvocationRun>('node.invoke', { retries: 1_000 });

/** What the run waits for. */
export const DECISION = 'decision';
export const RESULT = 'result';

@Handlers()
export class InvocationRunHandlers {
  constructor(
    private readonly config: NodesConfig,
    private readonly invocations: InvocationRepository,
    private readonly connected: ConnectedNodes,
    private readonly sockets: NodeSockets,
  ) {}

  /** A device gets a command at most once: if the process dies while it sends, the answer is waited for all the same. */
  @OnRun(INVOCATION)
  async invoke(run: Run, { invocation_id: id, asks }: InvocationRun): Promise<void> {
    if (asks && !(await run.answer(DECISION, { withinMs: this.config.SKEP_NODE_APPROVAL_MS })))
      return run.commit('expire', () => this.invocations.fail(id, 'The command was not approved in time.'));
    let mine: Awaited<ReturnType<InvocationRepository['send']>>;
    const isSent = await run.commit('send', async () => {
      mine = await this.invocations.send(id);
      return mine !== undefined;
    });
    if (!isSent) return;
    if (mine && !(await this.deliver(id, mine))) return run.commit('offline', () => this.invocations.fail(id, 'The node is offline.'));
    if (!(await run.answer(RESULT, { withinMs: this.config.SKEP_NODE_COMMAND_MS })))
      await run.commit('time out', () => this.invocations.fail(id, 'The command timed out: the node did not answer in time.'));
  }

  /** @returns false if the device certainly has not got it */
  private async deliver(
    request_id: string,
    { socket_id, dialect, command, args }: NonNullable<Awaited<ReturnType<InvocationRepository['send']>>>,
  ): Promise<boolean> {
    if (!socket_id || !dialect) return false;
    const invoked = dialect === 'type' ? asShell({ command, args }) : { command, args };
    const isOpen = await this.sockets.send(socket_id, dialect, 'invoke', { ...invoked, request_id }).catch(() => true);
    if (!isOpen) await this.connected.disconnect(socket_id);
    return isOpen;
  }
}
