import { auth, type ChangeEmail as Change, type ConfirmEmail as Confirm } from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ChangeEmail } from './change-email.js';
import { ConfirmEmail } from './confirm-email.js';

@Handlers()
export class EmailChangeHandlers {
  constructor(
    private readonly change: ChangeEmail,
    private readonly confirm: ConfirmEmail,
  ) {}

  @Handle(auth.changeEmail)
  changeEmail(ctx: Ctx, input: Change) {
    return this.change.run(ctx, input);
  }

  @Handle(auth.confirmEmail)
  confirmEmail(ctx: Ctx, input: Confirm) {
    return this.confirm.run(ctx, input);
  }
}
