import { automation } from '../automation/index.js';
import { billing } from '../billing/index.js';
import type { ScopedOperation } from '../define.js';
import { kernel } from '../kernel/index.js';
import { marketplace } from '../marketplace/index.js';
import { type DeployReceipt, deploySummary, portal } from '../portal/index.js';

/** What a function changes in the account of a user: text that follows the name of the function. */
export const EFFECTS = {
  money: 'affects what you pay',
  developer: 'acts for you as a developer',
  installs: 'changes which apps you have',
  automations: 'changes your automations',
} as const;
export type Effect = keyof typeof EFFECTS;

/** One function of a built-in extension: an operation and its public name. */
export interface BuiltinFunction {
  operation: ScopedOperation;
  action_type: 'read' | 'write' | 'destructive';
  /** Null for a function that only reads. Apps need the confirmation of the user for any other. */
  effect: Effect | null;
  /** The summary of a successful call, or a function that makes it from the answer. */
  summary: string | ((answer: Record<string, unknown>) => string);
}

export interface Builtin {
  name: string;
  description: string;
  functions: Readonly<Record<string, BuiltinFunction>>;
}

type Summary = BuiltinFunction['summary'];
const read = (operation: ScopedOperation, summary: Summary): BuiltinFunction => ({ operation, action_type: 'read', effect: null, summary });
const write = (effect: Effect, operation: ScopedOperation, summary: Summary): BuiltinFunction => ({
  operation,
  action_type: 'write',
  effect,
  summary,
});

const destructive = (effect: Effect, operation: ScopedOperation, summary: Summary): BuiltinFunction => ({
  operation,
  action_type: 'destructive',
  effect,
  summary,
});

/** The extensions of every user. Their functions are operations, so implementation and schema exist only once. */
export const builtins: Readonly<Record<string, Builtin>> = {
  developer: {
    name: 'Developer Portal',
    description: 'Publish and manage extensions.',
    functions: {
      deploy_ir: write('developer', portal.deployIr, (receipt) => deploySummary(receipt as unknown as DeployReceipt)),
      smoke_ir: read(kernel.smokeIr, 'Ran on a temporary store'),
      register_developer: write('developer', portal.registerDeveloper, 'Registered as a developer'),
      get_profile: read(portal.getProfile, 'Your developer profile'),
      create_app: write('developer', portal.createApp, 'App created'),
      list_apps: read(portal.listApps, 'Your apps'),
      get_app: read(portal.getApp, 'The app'),
      update_app_info: write('developer', portal.updateApp, 'App updated'),
      list_deploys: read(portal.listDeploys, 'Deploys, newest first'),
      submit_app: write('developer', portal.submitApp, 'Submission checked'),
      withdraw_app: write('developer', portal.withdrawApp, 'Withdrawn from review'),
      suspend_app: write('developer', portal.suspendApp, 'App suspended'),
      delete_app: destructive('developer', portal.deleteApp, 'App deleted'),
    },
  },
  billing: {
    name: 'Billing',
    description: 'Credits, plans and top-ups.',
    functions: {
      get_balance: read(billing.getBalance, 'Your balance'),
      list_plans: read(billing.listPlans, 'The plans'),
      list_recent: read(billing.listRecentEntries, 'The newest wallet entries'),
      get_usage: read(billing.getUsage, 'Your usage and limits this month'),
      get_subscription: read(billing.getSubscription, 'Your subscription'),
      get_topup_config: read(billing.getTopupConfig, 'The prices of top-ups'),
      change_plan: write('money', billing.changePlan, 'Plan changed'),
      cancel_subscription: write('money', billing.cancelSubscription, 'Subscription cancelled'),
      resume_subscription: write('money', billing.resumeSubscription, 'Subscription resumed'),
      renew_subscription: write('money', billing.renewSubscription, 'Subscription renewed'),
    },
  },
  marketplace: {
    name: 'Marketplace',
    description: 'Find and install extensions.',
    functions: {
      browse_apps: read(marketplace.browseApps, 'Apps found'),
      get_app: read(marketplace.getListing, 'The app'),
      list_categories: read(marketplace.listCategories, 'The categories'),
      install_app: write('installs', marketplace.installApp, 'Installed'),
      uninstall_app: destructive('installs', marketplace.uninstallApp, 'Uninstalled'),
    },
  },
  automations: {
    name: 'Automations',
    description: 'Rules that act on your behalf.',
    functions: {
      create_rule: write('automations', automation.createAutomation, 'Automation created'),
      list_rules: read(automation.listAutomations, 'Your automations'),
      pause_rule: write('automations', automation.pauseAutomation, 'Automation paused'),
      resume_rule: write('automations', automation.resumeAutomation, 'Automation resumed'),
      delete_rule: destructive('automations', automation.deleteAutomation, 'Automation deleted'),
    },
  },
};

/** Every operation that is a function of a built-in extension. */
export const BUILTIN_OPERATIONS: readonly ScopedOperation[] = Object.values(builtins).flatMap(({ functions }) =>
  Object.values(functions).map(({ operation }) => operation),
);
