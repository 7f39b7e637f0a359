import { DeadlineExceeded } from '@skep/contracts';
import { type InvokeNode, NodeCommandFailed, type NodeResult, nodes } from '@skep/contracts/nodes';
import { type Ctx, Database, idOfKey, Outbox, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { NodeEntity } from '../node/node.entity.js';
import { NodeRepository } from '../node/node.repository.js';
import { accepts, assertAccepts, type Invoked, needsApproval, shownOf, toInvoked } from './commands.js';
import type { InvocationEntity } from './invocation.entity.js';
import { InvocationRepository } from './invocation.repository.js';
import { INVOCATION } from './invocation-run.js';

const ANY = 'any';
/** Commands that other processes end are looked for after a while that grows; this process knows its own. */
const FIRST_MS = 15;
const MOST_MS = 250;
const MARGIN_MS = 500;

/** Runs a command on a node of a person, and waits for its end. */
@Injectable()
export class Invoke {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly runs: Runs,
    private readonly nodes: NodeRepository,
    private readonly invocations: InvocationRepository,
  ) {}

  /** @throws Problem `node_not_found`, `node_command_failed`, `too_many_commands`, `invalid_input`; `deadline_exceeded`: it continues */
  async run(ctx: Ctx, input: InvokeNode): Promise<NodeResult> {
    const id = idOf(ctx);
    if (!(await this.invocations.find(ctx, id))) await this.start(ctx, id, input);
    return toResult(await this.wait(ctx, id));
  }

  private async start(ctx: Ctx, id: string, input: InvokeNode): Promise<void> {
    const invoked = toInvoked(input);
    const { id: node_id } = await this.choose(ctx, input.node_id, invoked);
    const { invoked_by } = input;
    const asks = needsApproval(invoked.command, invoked_by) && !(await this.invocations.isRemembered(ctx, { node_id, ...invoked }));
    await this.db.transaction(async () => {
      const started = await this.runs.start(INVOCATION, ctx, { invocation_id: id, asks }, { key: `invocation ${id}` });
      // A request that was repeated meanwhile has added it.
      if (started.outcome !== 'started') return;
      await this.invocations.add(ctx, { id, node_id, run_id: started.id, ...invoked, shown: shownOf(invoked), invoked_by, asks });
      const { tenant: tenant_id, user: user_id } = ctx;
      if (asks) await this.outbox.add(nodes.commandAsked, ctx, { tenant_id, user_id, node_id, approval_id: id });
    });
  }

  /** @throws Problem `node_not_found`, `node_command_failed` */
  private async choose(ctx: Ctx, node_id: string, { command }: Invoked): Promise<NodeEntity> {
    if (node_id === ANY) {
      const able = (await this.nodes.list(ctx)).find((node) => node.socket_id && accepts(node, command));
      if (!able) throw NodeCommandFailed(`No node that is online accepts the command ${command}.`);
      return able;
    }
    const node = await this.nodes.find(ctx, node_id);
    assertAccepts(node, command);
    if (!node.socket_id) throw NodeCommandFailed(`The node ${node.name} is offline.`);
    return node;
  }

  private async wait(ctx: Ctx, id: string): Promise<InvocationEntity> {
    for (let ms = FIRST_MS; Date.now() < ctx.deadline - MARGIN_MS; ms = Math.min(ms * 1.5, MOST_MS)) {
      const found = await this.invocations.find(ctx, id);
      if (!found) throw NodeCommandFailed('The node was removed.');
      if (found.state === 'ended') return found;
      await this.invocations.waitForEnd(id, ms);
    }
    throw DeadlineExceeded('The command continues; its end is in the log of the node.');
  }
}

/** A request that is repeated under its key is the same command. */
function idOf({ tenant, user, idempotencyKey }: Ctx): string {
  return idempotencyKey ? idOfKey(JSON.stringify([tenant, user, idempotencyKey])) : randomUUID();
}

/** @throws Problem `node_command_failed` */
function toResult({ id, node_id, success, output, error, exit_code, result_data, sent_at, completed_at }: InvocationEntity): NodeResult {
  if (!success) throw NodeCommandFailed(error || output || undefined);
  const text = output ?? '';
  const duration_ms = completed_at && sent_at ? completed_at.getTime() - sent_at.getTime() : 0;
  return { request_id: id, node_id, success, output: text, result: text, exit_code: exit_code ?? 0, data: result_data ?? {}, duration_ms };
}
