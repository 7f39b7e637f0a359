import { type EmailRecipient, auth, type ChangePassword as Change, type ResetPassword as Reset } from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ChangePassword } from './change-password.js';
import { ForgotPassword } from './forgot-password.js';
import { ResetPassword } from './reset-password.js';

@Handlers()
export class PasswordHandlers {
  constructor(
    private readonly change: ChangePassword,
    private readonly forgot: ForgotPassword,
    private readonly reset: ResetPassword,
  ) {}

  @Handle(auth.changePassword)
  changePassword(ctx: Ctx, input: Change) {
    return this.change.run(ctx, input);
  }

  @Handle(auth.forgotPassword)
  forgotPassword(ctx: Ctx, input: EmailRecipient) {
    return this.forgot.run(ctx, input);
  }

  @Handle(auth.resetPassword)
  resetPassword(ctx: Ctx, input: Reset) {
    return this.reset.run(ctx, input);
  }
}
