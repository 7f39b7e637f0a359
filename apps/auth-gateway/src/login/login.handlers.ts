import { auth, type Login, type SecondFactorAnswer } from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AnswerChallenge } from '../factor/answer-challenge.js';
import { CreateSession } from '../session/create-session.js';
import { LogIn } from './log-in.js';

@Handlers()
export class LoginHandlers {
  constructor(
    private readonly logIn: LogIn,
    private readonly answerChallenge: AnswerChallenge,
    private readonly createSession: CreateSession,
  ) {}

  @Handle(auth.login)
  login(ctx: Ctx, input: Login) {
    return this.logIn.run(ctx, input);
  }

  @Handle(auth.loginWithSecondFactor)
  loginWithSecondFactor(ctx: Ctx, input: SecondFactorAnswer) {
    return this.answerChallenge.run(ctx, 'login', input, (user) => this.createSession.run(ctx, user));
  }
}
