import {
  type ExchangeDeviceCode as ExchangeDeviceCodeInput,
  auth,
  type AuthorizeDevice,
  type DecideDevice as DecideDeviceInput,
  type DeviceAuthorization,
  type UserCode,
} from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers, siteOf } from '@skep/platform';
import { randomBytes } from 'node:crypto';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { labelOf } from '../session/label.js';
import { ExchangeDeviceCode } from './exchange-device-code.js';
import { DecideDevice } from './decide-device.js';
import { DeviceRepository, EXPIRES_SECONDS, POLL_SECONDS } from './device.repository.js';
import { generateUserCode, formatUserCode } from './user-code.js';

@Handlers()
export class DeviceHandlers {
  private readonly pageUrl: string;

  constructor(
    config: AuthGatewayConfig,
    private readonly devices: DeviceRepository,
    private readonly exchange: ExchangeDeviceCode,
    private readonly decide: DecideDevice,
  ) {
    this.pageUrl = `${siteOf(config)}/device`;
  }

  @Handle(auth.authorizeDevice)
  async authorizeDevice(ctx: Ctx, { code_challenge, client_id }: AuthorizeDevice): Promise<DeviceAuthorization> {
    const device_code = randomBytes(32).toString('base64url');
    const device = { code_challenge, label: client_id?.trim() || labelOf(ctx.agent), ip: ctx.ip };
    let user_code;
    do user_code = generateUserCode();
    while (!(await this.devices.add(sha256(device_code), user_code, device)));
    const formatted = formatUserCode(user_code);
    const uris = { verification_uri: this.pageUrl, verification_uri_complete: `${this.pageUrl}?user_code=${formatted}` };
    return { device_code, user_code: formatted, ...uris, expires_in: EXPIRES_SECONDS, interval: POLL_SECONDS };
  }

  @Handle(auth.exchangeDeviceCode)
  exchangeDeviceCode(ctx: Ctx, input: ExchangeDeviceCodeInput) {
    return this.exchange.run(ctx, input);
  }

  @Handle(auth.describeDevice)
  describeDevice(ctx: Ctx, { user_code }: UserCode) {
    return this.decide.describe(ctx, user_code);
  }

  @Handle(auth.decideDevice)
  decideDevice(ctx: Ctx, input: DecideDeviceInput) {
    return this.decide.run(ctx, input);
  }
}
