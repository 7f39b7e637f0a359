import { Outbound } from '@skep/platform';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ConnectionsConfig } from '../connections.config.js';

/** The client for requests to providers. */
@Injectable()
export class OutboundClient extends Outbound implements OnApplicationShutdown {
  constructor(config: ConnectionsConfig) {
    super(config.SKEP_OUTBOUND_ALLOW);
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}
