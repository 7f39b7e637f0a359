import type { LinkProps } from '@tanstack/react-router';
import type { Shapes } from '../data/api.js';
import { holdsScope } from '../data/session.js';
import { m } from '../messages/index.js';
import type { IconName } from '../ui/icon.js';

/** @param scope without it the place is not shown */
export type Place = readonly [to: LinkProps['to'], icon: IconName, label: string, scope?: string];

/** Places of the navigation that belong together. */
export interface Section {
  title?: string;
  /** Who sees them, by what they may do; by default everyone. */
  isFor?: (me: Shapes['Me']) => boolean;
  /** Only for people who have begun with the coach. */
  isForCoached?: boolean;
  places: readonly Place[];
}

/** Whether the user may have a coach. */
export const mayBeCoached = (me: Shapes['Me']): boolean => holdsScope(me, 'coach:use');

/** What everyone uses, and then what some people work with. */
export const SECTIONS: readonly Section[] = [
  {
    places: [
      ['/', 'home', m.nav.home],
      ['/marketplace', 'store', m.nav.marketplace],
      ['/confirmations', 'shield', m.nav.confirmations],
      ['/activity', 'activity', m.nav.activity],
      ['/automations', 'bolt', m.nav.automations],
      ['/wallet', 'wallet', m.nav.wallet],
    ],
  },
  {
    title: m.nav.agents,
    isFor: (me) => holdsScope(me, 'agent:use'),
    places: [
      ['/chat', 'chat', m.nav.chat],
      ['/agents', 'agent', m.nav.agents],
      ['/memory', 'memory', m.nav.memory],
      ['/skills', 'skill', m.nav.skills],
      ['/channels', 'channel', m.nav.channels],
      ['/devices', 'device', m.nav.devices],
      ['/jobs', 'clock', m.nav.jobs],
      ['/webhooks', 'hook', m.nav.webhooks],
      ['/models', 'chip', m.nav.models],
      ['/usage', 'chart', m.nav.usage],
    ],
  },
  { isFor: mayBeCoached, isForCoached: true, places: [['/coach', 'flag', m.nav.coach]] },
  {
    title: m.dev.developers.section,
    isFor: (me) => holdsScope(me, 'developer:apps:write'),
    places: [
      ['/developers', 'code', m.dev.developers.nav],
      ['/earnings', 'coins', m.dev.developers.navEarnings],
    ],
  },
  {
    title: m.review.queue.section,
    isFor: (me) => me.tenant_id === 'default' && holdsScope(me, 'admin:developer:review'),
    places: [['/review', 'queue', m.review.queue.nav]],
  },
  {
    title: m.review.queue.moderation,
    isFor: (me) => me.tenant_id === 'default' && holdsScope(me, 'admin:extensions:read'),
    places: [
      ['/moderation/reports', 'flag', m.review.queue.navReports],
      ['/moderation/suspended', 'pause', m.review.queue.navSuspended],
    ],
  },
  {
    title: m.admin.section,
    places: [
      ['/admin/health', 'activity', m.admin.nav.health, 'admin:system:read'],
      ['/admin/users', 'person', m.admin.nav.users, 'admin:users:read'],
      ['/admin/roles', 'key', m.admin.nav.roles, 'admin:roles:read'],
      ['/admin/providers', 'plug', m.admin.nav.providers, 'admin:tenants:read'],
      ['/admin/tenants', 'store', m.admin.nav.tenants, 'admin:tenants:read'],
      ['/admin/audit', 'shield', m.admin.nav.audit, 'admin:audit:read'],
      ['/admin/payouts', 'wallet', m.admin.nav.payouts, 'admin:billing:read'],
    ],
  },
];

/** Below the address of the user. */
export const ACCOUNT: readonly Place[] = [
  ['/account/mcp', 'terminal', m.nav.mcp],
  ['/account/connections', 'plug', m.nav.connections],
  ['/account/keys', 'key', m.nav.keys],
  ['/account/security', 'person', m.nav.security],
];
