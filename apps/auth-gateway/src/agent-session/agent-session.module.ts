import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { LoginModule } from '../login/login.module.js';
import { SignupModule } from '../signup/signup.module.js';
import { AgentSessionHandlers } from './agent-session.handlers.js';

@Aggregate({ imports: [AccountModule, LoginModule, SignupModule], handlers: [AgentSessionHandlers] })
export class AgentSessionModule {}
