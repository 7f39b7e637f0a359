import { Aggregate, keep } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AttemptModule } from '../attempt/attempt.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { FactorModule } from '../factor/factor.module.js';
import { LoginModule } from '../login/login.module.js';
import { SessionModule } from '../session/session.module.js';
import { DecideDevice } from './decide-device.js';
import { DeviceGrantEntity } from './device-grant.entity.js';
import { DeviceHandlers } from './device.handlers.js';
import { DeviceRepository } from './device.repository.js';
import { ExchangeDeviceCode } from './exchange-device-code.js';

@Aggregate({
  imports: [AccountModule, AttemptModule, AuditModule, FactorModule, LoginModule, SessionModule],
  entities: [DeviceGrantEntity],
  handlers: [DeviceHandlers],
  retention: [keep(DeviceGrantEntity, '1 day', { after: 'expires_at' })],
  providers: [DecideDevice, DeviceRepository, ExchangeDeviceCode],
  exports: [DeviceRepository],
})
export class DeviceModule {}
