import { auth, type Login, type RefreshToken, type Since } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { sha256 } from '../secrets/opaque.js';
import { EndSession } from './end-session.js';
import { LogIn } from './log-in.js';
import { Refresh } from './refresh.js';
import { SessionRepository } from './session.repository.js';

@Handlers()
export class SessionHandlers {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly logIn: LogIn,
    private readonly trade: Refresh,
    private readonly endSession: EndSession,
  ) {}

  @Handle(auth.login)
  login(ctx: Ctx, input: Login) {
    return this.logIn.run(ctx, input);
  }

  @Handle(auth.refresh)
  refresh(ctx: Ctx, { refresh_token }: RefreshToken) {
    return this.trade.run(ctx, refresh_token);
  }

  /** Whoever holds a token of a session, even a used one, may end it. */
  @Handle(auth.logout)
  async logout(ctx: Ctx, { refresh_token }: RefreshToken) {
    const session = await this.sessions.sessionOf(sha256(refresh_token));
    if (session) await this.endSession.run(ctx, session, 'logout');
    return { message: 'You are logged out.' };
  }

  @Handle(auth.listRevokedSessions)
  listRevokedSessions(_: Ctx, { since }: Since) {
    return this.sessions.revokedSince(since);
  }
}
