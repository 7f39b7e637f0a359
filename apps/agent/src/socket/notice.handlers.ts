import { type CommandAsked, nodes } from '@skep/contracts/nodes';
import { type Ctx, Handlers, OnEvent } from '@skep/platform';
import { Notices } from './notices.js';

/** What other services say that people want to know at once. */
@Handlers()
export class NoticeHandlers {
  constructor(private readonly notices: Notices) {}

  @OnEvent(nodes.commandAsked, { idempotent: true })
  commandAsked(_: Ctx, { tenant_id: tenant, user_id: user, approval_id, node_id }: CommandAsked): Promise<void> {
    return this.notices.send({ tenant, user }, 'node.approval', { approval_id, node_id });
  }
}
