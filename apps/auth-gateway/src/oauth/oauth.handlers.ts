import {
  auth,
  type Authorize as AuthorizeInput,
  type DecideAuthorization,
  type IssueTokens as IssueTokensInput,
  type OauthToken,
  type ProtectedResourceRef,
  type RegisterClient,
  type ReturnToAuthorize,
  type RevokeOauthToken,
  type SignInToAuthorize,
} from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { Authorize } from './authorize.js';
import { Clients } from './clients.js';
import { InspectToken } from './inspect-token.js';
import { IssueTokens } from './issue-tokens.js';
import { ServerMetadata } from './server-metadata.js';

@Handlers()
export class OauthHandlers {
  constructor(
    private readonly metadata: ServerMetadata,
    private readonly authorization: Authorize,
    private readonly tokens: IssueTokens,
    private readonly inspect: InspectToken,
    private readonly clients: Clients,
  ) {}

  @Handle(auth.getProtectedResource)
  getProtectedResource(_: Ctx, { app_id }: ProtectedResourceRef) {
    return Promise.resolve(this.metadata.describeResource(app_id));
  }

  @Handle(auth.getAuthorizationServer)
  getAuthorizationServer() {
    return Promise.resolve(this.metadata.describeServer());
  }

  @Handle(auth.authorize)
  authorize(_: Ctx, input: AuthorizeInput) {
    return this.authorization.start(input);
  }

  @Handle(auth.signInToAuthorize)
  signInToAuthorize(ctx: Ctx, input: SignInToAuthorize) {
    return this.authorization.signInUser(ctx, input);
  }

  @Handle(auth.returnToAuthorize)
  returnToAuthorize(ctx: Ctx, input: ReturnToAuthorize) {
    return this.authorization.returnFromProvider(ctx, input);
  }

  @Handle(auth.decideAuthorization)
  decideAuthorization(ctx: Ctx, input: DecideAuthorization) {
    return this.authorization.decide(ctx, input);
  }

  @Handle(auth.issueTokens)
  issueTokens(ctx: Ctx, input: IssueTokensInput) {
    return this.tokens.run(ctx, input);
  }

  @Handle(auth.revokeOauthToken)
  async revokeOauthToken(ctx: Ctx, input: RevokeOauthToken) {
    await this.inspect.revoke(ctx, input);
    return {};
  }

  @Handle(auth.introspectToken)
  introspectToken(_: Ctx, input: OauthToken) {
    return this.inspect.describe(input);
  }

  @Handle(auth.registerClient)
  registerClient(_: Ctx, input: RegisterClient) {
    return this.clients.register(input);
  }
}
