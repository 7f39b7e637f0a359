import { InvalidInput } from '@skep/contracts';
import { connections, type OpenTerraSession, type TerraWebhook } from '@skep/contracts/connections';
import { type Ctx, Handle, Handlers, mayReturnTo } from '@skep/platform';
import { ConnectionsConfig } from '../connections.config.js';
import { TerraClient } from '../health/terra-client.js';
import { ReceiveTerra } from './receive-terra.js';

@Handlers()
export class TerraHandlers {
  private readonly returnTo: ReadonlySet<string>;

  constructor(
    config: ConnectionsConfig,
    private readonly terra: TerraClient,
    private readonly receive: ReceiveTerra,
  ) {
    this.returnTo = new Set(config.RETURN_TO_ALLOW);
  }

  /** `reference_id` is the id of the person, which says nothing about them elsewhere. */
  @Handle(connections.openTerraSession)
  openTerraSession({ user }: Ctx, { providers, language, success_url, failure_url }: OpenTerraSession) {
    const named = providers?.findIndex((each) => !/^\w+$/.test(each)) ?? -1;
    if (named >= 0) throw InvalidInput([{ loc: ['providers', named], msg: 'must be a name such as FITBIT', type: 'pattern' }]);
    for (const [field, address] of Object.entries({ success_url, failure_url })) this.assertReturn(field, address);
    return this.terra.openSession({
      reference_id: user,
      ...(providers?.length && { providers: providers.join(',') }),
      ...(language !== undefined && { language }),
      ...(success_url !== undefined && { auth_success_redirect_url: success_url }),
      ...(failure_url !== undefined && { auth_failure_redirect_url: failure_url }),
    });
  }

  @Handle(connections.createTerraSdkToken)
  createTerraSdkToken() {
    return this.terra.createSdkToken();
  }

  @Handle(connections.receiveTerra)
  async receiveTerra(ctx: Ctx, input: TerraWebhook) {
    await this.receive.run(ctx, input);
    return {};
  }

  private assertReturn(field: string, address: string | undefined): void {
    const url = address === undefined ? undefined : URL.parse(address);
    if (url === null || (url && !mayReturnTo(url, this.returnTo)))
      throw InvalidInput([{ loc: [field], msg: `${field} must begin with an origin or a scheme of RETURN_TO_ALLOW`, type: 'return_to' }]);
  }
}
