import {
  type AgentToken,
  type AgentUser,
  auth,
  InvalidCredentials,
  type Login,
  type Me,
  type RegisterForAgents,
  SignupRequired,
  type Tokens,
  UserNotFound,
} from '@skep/contracts/auth';
import { Problem } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AccountRepository } from '../account/account.repository.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { LogIn } from '../login/log-in.js';
import { Register } from '../signup/register.js';

/** Accounts and sessions as the agent gateway has them: one token for a day. */
@Handlers()
export class AgentSessionHandlers {
  private readonly isOpen: boolean;

  constructor(
    private readonly accounts: AccountRepository,
    private readonly registration: Register,
    private readonly logIn: LogIn,
    { SKEP_REGISTRATION, NODE_ENV }: AuthGatewayConfig,
  ) {
    this.isOpen = (SKEP_REGISTRATION ?? (NODE_ENV === 'production' ? 'closed' : 'open')) === 'open';
  }

  @Handle(auth.registerForAgents)
  async registerForAgents(ctx: Ctx, { name, ...account }: RegisterForAgents): Promise<AgentToken> {
    if (!this.isOpen) throw SignupRequired();
    return toToken(
      await this.registration.run(ctx, account, {
        ...{ attributes: name ? { name } : {}, how: 'open registration', surface: 'agent' },
        taken: 'Email already registered',
      }),
    );
  }

  @Handle(auth.loginForAgents)
  async loginForAgents(ctx: Ctx, input: Login): Promise<AgentToken> {
    try {
      return toToken(await this.logIn.run(ctx, input, 'agent'));
    } catch (error) {
      const isWrong = error instanceof Problem && error.body.code === InvalidCredentials.code;
      throw isWrong ? InvalidCredentials('Invalid email or password') : error;
    }
  }

  @Handle(auth.getAgentUser)
  async getAgentUser(ctx: Ctx): Promise<AgentUser> {
    const profile = await this.accounts.findProfile(ctx);
    if (!profile) throw UserNotFound();
    const { imperal_id: id, email, is_active, created_at, attributes } = profile;
    return { id, email, name: nameOf(attributes), is_active, created_at };
  }
}

const toToken = ({ access_token, token_type }: Tokens): AgentToken => ({ access_token, token_type });

/** The name that a person gave when they registered or signed up. */
function nameOf({ name, first_name, last_name }: Me['attributes']): string | null {
  if (typeof name === 'string') return name;
  return [first_name, last_name].filter((part) => typeof part === 'string' && part).join(' ') || null;
}
