import { Outbound } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { lookup } from 'node:dns';
import { ChannelsConfig } from '../channels.config.js';

/** As many bots as one process listens to, and some that are changing hands. */
const CONNECTIONS = 1_000;

/** The client for requests that a chat network answers only when a contact writes: they must not hold up others. */
@Injectable()
export class PollingClient extends Outbound {
  constructor(config: ChannelsConfig) {
    super(config.SKEP_OUTBOUND_ALLOW, lookup, CONNECTIONS);
  }
}
