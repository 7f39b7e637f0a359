import { Aggregate } from '@skep/platform';
import { DeviceModule } from '../device/device.module.js';
import { LinkModule } from '../link/link.module.js';
import { PushModule } from '../push/push.module.js';
import { ErasureHandlers } from './erasure.handlers.js';

@Aggregate({ imports: [DeviceModule, LinkModule, PushModule], handlers: [ErasureHandlers] })
export class ErasureModule {}
