import { Conflict, InvalidInput } from '@skep/contracts';
import { type EmailRecipient, auth, type Register, type Signup, type VerifyEmail as VerifyEmailInput } from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { AccountRepository, generateUserId } from '../account/account.repository.js';
import { Passwords } from '../secrets/passwords.js';
import { CreateSession } from '../session/create-session.js';
import { ResendVerification } from './resend-verification.js';
import { SignUp } from './sign-up.js';
import { VerifyEmail } from './verify-email.js';

@Handlers()
export class SignupHandlers {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly createSession: CreateSession,
    private readonly signUp: SignUp,
    private readonly resend: ResendVerification,
    private readonly verify: VerifyEmail,
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
  async register(ctx: Ctx, { email, password, tenant_id }: Register) {
    const status = await this.accounts.addressStatus({ tenant_id, email });
    if (!status.tenant_exists) throw InvalidInput([{ loc: ['tenant_id'], msg: `Tenant ${tenant_id} not found`, type: 'tenant_unknown' }]);
    const password_hash = await this.passwords.hash(ctx, password);
    return this.db.transaction(async () => {
      const account = { user_id: generateUserId(), tenant_id, email, password_hash, attributes: {} };
      const user = await this.accounts.create(ctx, account, 'user', 'service');
      if (!user) throw Conflict('This e-mail address already has an account.');
      return this.createSession.run(ctx, user);
    });
  }
}
