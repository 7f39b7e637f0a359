import {
  type EmailRecipient,
  auth,
  Conflict,
  InvalidInput,
  type Register,
  type Signup,
  type UserRef,
  UserNotFound,
  type VerifyEmail as Verify,
} from '@skep/contracts';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { Passwords } from '../password/passwords.js';
import { OpenSession } from '../session/open-session.js';
import { AccountRepository, newUserId } from './account.repository.js';
import { ResendVerification } from './resend-verification.js';
import { SignUp } from './sign-up.js';
import { VerifyEmail } from './verify-email.js';

@Handlers()
export class AccountHandlers {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly openSession: OpenSession,
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
  verifyEmail(ctx: Ctx, input: Verify) {
    return this.verify.run(ctx, input);
  }

  @Handle(auth.register)
  async register(ctx: Ctx, { email, password, tenant_id }: Register) {
    const known = await this.accounts.known(tenant_id, email);
    if (!known.tenant) throw InvalidInput([{ loc: ['tenant_id'], msg: 'There is no such tenant', type: 'tenant_unknown' }]);
    const password_hash = await this.passwords.hash(ctx, password);
    return this.db.transaction(async () => {
      const person = await this.accounts.create(
        ctx,
        { user_id: newUserId(), tenant_id, email, password_hash, attributes: {} },
        'user',
        'service',
      );
      if (!person) throw Conflict('This e-mail address has an account already.');
      return this.openSession.run(ctx, person);
    });
  }

  @Handle(auth.getMe)
  async me(ctx: Ctx) {
    const me = await this.accounts.me(ctx.user, ctx.tenant);
    if (!me) throw UserNotFound();
    return me;
  }

  @Handle(auth.describeUser)
  async describeUser(_: Ctx, { user_id, tenant_id }: UserRef) {
    const person = await this.accounts.active(user_id, tenant_id);
    if (!person) throw UserNotFound();
    return person;
  }
}
