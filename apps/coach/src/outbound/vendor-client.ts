import { Outbound } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** The client for requests to addresses of the operator's settings. It reaches no others. */
@Injectable()
export class VendorClient extends Outbound {
  constructor() {
    super('');
  }
}
