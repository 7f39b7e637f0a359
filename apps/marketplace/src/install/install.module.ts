import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { ListingModule } from '../listing/listing.module.js';
import { InstallHandlers } from './install.handlers.js';

@Aggregate({
  imports: [ListingModule],
  handlers: [InstallHandlers],
  calls: [registry.installApp, registry.uninstallApp],
})
export class InstallModule {}
