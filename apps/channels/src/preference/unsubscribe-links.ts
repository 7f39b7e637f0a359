import { type Unsubscribe, UnsubscribeInvalid } from '@skep/contracts/channels';
import { type Ctx, Database, siteOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ChannelsConfig } from '../channels.config.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const PLACE = { tenant: '', purpose: 'unsubscribe' };

/** Links that stop the e-mails of one user. Only this service can make them. */
@Injectable()
export class UnsubscribeLinks {
  constructor(
    private readonly db: Database,
    private readonly config: ChannelsConfig,
  ) {}

  async create({ tenant, user }: Owner): Promise<string> {
    const sealed = await this.db.sealing.seal(PLACE, JSON.stringify([tenant, user]));
    return `${siteOf(this.config)}/v1/notifications/unsubscribe?token=${sealed.toString('base64url')}`;
  }

  /** @throws Problem `unsubscribe_invalid` */
  async open({ token }: Unsubscribe): Promise<Owner> {
    const opened = await this.db.sealing.open(PLACE, Buffer.from(token, 'base64url'), 'unsubscribe').catch(() => undefined);
    if (opened === undefined) throw UnsubscribeInvalid();
    const [tenant, user] = JSON.parse(opened) as [string, string];
    return { tenant, user };
  }
}
