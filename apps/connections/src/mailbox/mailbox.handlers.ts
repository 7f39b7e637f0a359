import { connections, type GmailPush } from '@skep/contracts/connections';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ReceiveGmailPush } from './receive-gmail-push.js';

@Handlers()
export class MailboxHandlers {
  constructor(private readonly receive: ReceiveGmailPush) {}

  @Handle(connections.receiveGmailPush)
  receiveGmailPush(ctx: Ctx, input: GmailPush) {
    return this.receive.run(ctx, input);
  }
}
