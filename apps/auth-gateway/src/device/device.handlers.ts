import {
  type ExchangeDeviceCode as Ask,
  auth,
  type AuthorizeDevice,
  type DecideDevice as Decide,
  type DeviceAuthorization,
  type UserCode,
} from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { randomBytes } from 'node:crypto';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { sha256 } from '../secrets/opaque.js';
import { labelOf } from '../session/label.js';
import { AskForDeviceTokens } from './ask-for-device-tokens.js';
import { DecideDevice } from './decide-device.js';
import { DeviceRepository, EXPIRES_SECONDS, POLL_SECONDS } from './device.repository.js';
import { newUserCode, shownUserCode } from './user-code.js';

@Handlers()
export class DeviceHandlers {
  private readonly page: string;

  constructor(
    config: AuthGatewayConfig,
    private readonly devices: DeviceRepository,
    private readonly ask: AskForDeviceTokens,
    private readonly decide: DecideDevice,
  ) {
    this.page = `${config.SKEP_PUBLIC_URL.replace(/\/+$/, '')}/device`;
  }

  @Handle(auth.authorizeDevice)
  async authorizeDevice(ctx: Ctx, { code_challenge, client_id }: AuthorizeDevice): Promise<DeviceAuthorization> {
    const device_code = randomBytes(32).toString('base64url');
    const device = { code_challenge, label: client_id?.trim() || labelOf(ctx.agent), ip: ctx.ip };
    let user_code;
    do user_code = newUserCode();
    while (!(await this.devices.add(sha256(device_code), user_code, device)));
    const shown = shownUserCode(user_code);
    const where = { verification_uri: this.page, verification_uri_complete: `${this.page}?user_code=${shown}` };
    return { device_code, user_code: shown, ...where, expires_in: EXPIRES_SECONDS, interval: POLL_SECONDS };
  }

  @Handle(auth.exchangeDeviceCode)
  askForDeviceTokens(ctx: Ctx, input: Ask) {
    return this.ask.run(ctx, input);
  }

  @Handle(auth.describeDevice)
  describeDevice(ctx: Ctx, { user_code }: UserCode) {
    return this.decide.describe(ctx, user_code);
  }

  @Handle(auth.decideDevice)
  decideDevice(ctx: Ctx, input: Decide) {
    return this.decide.run(ctx, input);
  }
}
