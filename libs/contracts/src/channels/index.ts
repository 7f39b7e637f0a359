import { contract } from '../define.js';
import { activityMembers } from './activity.js';
import { bridgeMembers } from './bridge.js';
import { chatSessionMembers } from './chat-session.js';
import { deviceMembers } from './device.js';
import { emailMembers } from './email.js';
import { inboxMembers } from './inbox.js';
import { installationMembers } from './installation.js';
import { linkMembers } from './link.js';
import { messageReferenceMembers } from './message-reference.js';
import { notificationMembers } from './notification.js';
import { pairingMembers } from './pairing.js';
import { preferenceMembers } from './preferences.js';
import { pushMembers } from './push.js';
import { reachMembers } from './reach.js';
import { widgetMembers } from './widget.js';

export * from './activity.js';
export * from './bridge.js';
export * from './chat-session.js';
export * from './device.js';
export * from './email.js';
export * from './inbox.js';
export * from './installation.js';
export * from './link.js';
export * from './message-reference.js';
export * from './notification.js';
export * from './pairing.js';
export * from './preferences.js';
export * from './push.js';
export * from './reach.js';
export * from './widget.js';

export const channels = contract('channels', {
  ...notificationMembers,
  ...preferenceMembers,
  ...emailMembers,
  ...pushMembers,
  ...bridgeMembers,
  ...inboxMembers,
  ...chatSessionMembers,
  ...pairingMembers,
  ...activityMembers,
  ...widgetMembers,
  ...deviceMembers,
  ...reachMembers,
  ...linkMembers,
  ...installationMembers,
  ...messageReferenceMembers,
});
