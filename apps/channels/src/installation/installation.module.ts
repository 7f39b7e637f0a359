import { Aggregate } from '@skep/platform';
import { BridgeModule } from '../bridge/bridge.module.js';
import { InstallationNumber } from './installation-number.js';

@Aggregate({ imports: [BridgeModule], providers: [InstallationNumber], exports: [InstallationNumber] })
export class InstallationModule {}
