import {
  type EmailRecipient,
  auth,
  type Register as RegisterInput,
  type Signup,
  type VerifyEmail as VerifyEmailInput,
} from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { Register } from './register.js';
import { ResendVerification } from './resend-verification.js';
import { SignUp } from './sign-up.js';
import { VerifyEmail } from './verify-email.js';

@Handlers()
export class SignupHandlers {
  constructor(
    private readonly signUp: SignUp,
    private readonly resend: ResendVerification,
    private readonly verify: VerifyEmail,
    private readonly registration: Register,
  ) {}

  @Handle(auth.signup)
  signup(ctx: Ctx, input: Signup) {
    return this.signUp.run(ctx, input);
  }

  @Handle(auth.resendVerification)
  resendVerification(ctx: Ctx, input: EmailRecipient) {
    return this.resend.run(ctx, input);
  }

  @Handle(auth.verifyEmail)
  verifyEmail(ctx: Ctx, input: VerifyEmailInput) {
    return this.verify.run(ctx, input);
  }

  @Handle(auth.register)
  register(ctx: Ctx, input: RegisterInput) {
    return this.registration.run(ctx, input, {
      ...{ attributes: {}, how: 'service', surface: 'web' },
      taken: 'This e-mail address already has an account.',
    });
  }
}
