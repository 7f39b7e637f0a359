import { auth } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import { Aggregate } from '@skep/platform';
import { CallModule } from '../call/call.module.js';
import { ConfirmationModule } from '../confirmation/confirmation.module.js';
import { ConfirmedCalls } from './confirmed-calls.js';
import { OperateHandlers } from './operate.handlers.js';

@Aggregate({
  imports: [CallModule, ConfirmationModule],
  handlers: [OperateHandlers],
  providers: [ConfirmedCalls],
  calls: [auth.describeUser, kernel.runConfirmedCall],
})
export class OperateModule {}
