import { Outbound } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';

/** The client for addresses of identity providers and of OAuth clients. */
@Injectable()
export class OutboundClient extends Outbound {
  constructor(config: AuthGatewayConfig) {
    super(config.SKEP_OUTBOUND_ALLOW);
  }
}
