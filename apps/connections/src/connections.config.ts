import { SealingConfig } from '@skep/platform';

/** The settings of connections, in addition to those of every service. */
export class ConnectionsConfig extends SealingConfig {}
