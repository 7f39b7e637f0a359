import { Outbound } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { KernelConfig } from '../kernel.config.js';

/** The client for requests to servers of developers. */
@Injectable()
export class ServerClient extends Outbound {
  constructor(config: KernelConfig) {
    super(config.SKEP_OUTBOUND_ALLOW);
  }
}
