import { Outbound } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ConnectionsConfig } from '../connections.config.js';

/** The client for requests to providers. */
@Injectable()
export class OutboundClient extends Outbound {
  constructor(config: ConnectionsConfig) {
    super(config.SKEP_OUTBOUND_ALLOW);
  }
}
