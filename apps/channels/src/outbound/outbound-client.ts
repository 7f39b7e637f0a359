import { Outbound } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ChannelsConfig } from '../channels.config.js';

/** The client for requests to push services, whose addresses browsers supply, and to chat networks. */
@Injectable()
export class OutboundClient extends Outbound {
  constructor(config: ChannelsConfig) {
    super(config.SKEP_OUTBOUND_ALLOW);
  }
}
