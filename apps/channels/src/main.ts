import { channels } from '@skep/contracts/channels';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { ChannelsConfig } from './channels.config.js';
import { BridgeModule } from './bridge/bridge.module.js';
import { ContactModule } from './contact/contact.module.js';
import { DeviceModule } from './device/device.module.js';
import { EmailModule } from './email/email.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { HeyloModule } from './heylo/heylo.module.js';
import { InboundModule } from './inbound/inbound.module.js';
import { InstallationModule } from './installation/installation.module.js';
import { LinkModule } from './link/link.module.js';
import { MessageModule } from './message/message.module.js';
import { NotificationModule } from './notification/notification.module.js';
import { PreferenceModule } from './preference/preference.module.js';
import { PushModule } from './push/push.module.js';
import { ReceivedModule } from './received/received.module.js';
import { SessionModule } from './session/session.module.js';
import { WidgetModule } from './widget/widget.module.js';

export const service: Service = {
  name: 'channels',
  contract: channels,
  config: ChannelsConfig,
  modules: [
    ...[PreferenceModule, NotificationModule, EmailModule, PushModule, DeviceModule],
    ...[BridgeModule, SessionModule, ContactModule, MessageModule, InboundModule, WidgetModule],
    ...[InstallationModule, LinkModule, ReceivedModule, HeyloModule],
    ErasureModule,
  ],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
