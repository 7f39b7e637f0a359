import { describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import * as agentContext from './agent/index.js';
import * as authContext from './auth/index.js';
import * as billingContext from './billing/index.js';
import * as builtinsModule from './builtins/index.js';
import * as language from './index.js';
import * as automationContext from './automation/index.js';
import * as channelsContext from './channels/index.js';
import * as coachContext from './coach/index.js';
import * as connectionsContext from './connections/index.js';
import * as modelsContext from './models/index.js';
import * as nodesContext from './nodes/index.js';
import * as kernelContext from './kernel/index.js';
import * as marketplaceContext from './marketplace/index.js';
import * as portalContext from './portal/index.js';
import * as registryContext from './registry/index.js';
import type { Broadcast, Contract, Event, Operation, ProblemKind, Type } from './index.js';

const { continues, descriptionOf, fieldsOf, isEvents, isRaw, isRows } = language;
const { builtins, RESERVED_APP_IDS } = builtinsModule;
const { auth } = authContext;
const { billing } = billingContext;
const { kernel, FEED_SCOPES } = kernelContext;
const { connections } = connectionsContext;
const contracts: Contract[] = [
  agentContext.agent,
  auth,
  automationContext.automation,
  billing,
  channelsContext.channels,
  coachContext.coach,
  connections,
  kernel,
  marketplaceContext.marketplace,
  modelsContext.models,
  nodesContext.nodes,
  portalContext.portal,
  registryContext.registry,
];
/** Bounded by the number of rows that a user may have, by a `limit`, or by the handler itself. */
const SHORT = [
  ...['callFunctions', 'findActionIds', 'listApiKeys', 'listAutomations', 'listPaidActions', 'listPasskeys', 'listPaymentMethods'],
  ...[
    'listAccounts',
    'listTenantAgents',
    'listAgents',
    'listAppFigures',
    'listEmailTemplates',
    'listFeatured',
    'listIdentities',
    'listIdentityProviders',
    'listLinks',
    'listModelProviders',
    'listModelRates',
    'listPaymentMethodsOf',
    'listPlans',
    'listRecentEntries',
    'listSecrets',
    'listSigningSecrets',
    'listSigningSecrets',
    'listWebhooks',
    'splitPrices',
  ],
];
const members: (Operation | Event | Broadcast)[] = contracts.flatMap((contract) => Object.values(contract));

const classesOf = (output: Operation['output']): Type[] => {
  if (isRaw(output)) return [];
  if (isEvents(output)) return Object.values(output.of);
  return [isRows(output) ? output.of : output];
};

describe('the contracts', () => {
  it('give every member a subject of its own, after its key', () => {
    const subjects = members.map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(billing.getBalance.subject).toBe('op.billing.getBalance');
    expect(auth.sessionRevoked.subject).toBe('event.auth.sessionRevoked');
    expect(kernel.feedAdvanced.subject).toBe('broadcast.kernel.feedAdvanced');
  });

  it('give every class a name of its own in its context, and a description', () => {
    const classes = new Map<string, Type>();
    const note = (context: string, type: Type) => {
      const name = `${context}.${type.name}`;
      expect(classes.get(name) ?? type).toBe(type);
      classes.set(name, type);
      for (const { of } of fieldsOf(type)) if (of) note(context, of());
    };
    for (const member of members) {
      if (member.kind !== 'operation') note(member.context, member.payload);
      else for (const type of [member.input, ...classesOf(member.output)]) note(member.context, type);
    }
    expect(classes.size).toBeGreaterThan(50);
    const undescribed = [...classes.values()].filter((type) => !descriptionOf(type));
    expect(undescribed.map(({ name }) => name).sort()).toEqual([]);
  });

  it('let every list go on where an answer was full, unless it is short by itself', () => {
    const endless = members.flatMap((member) => {
      if (member.kind !== 'operation' || !isRows(member.output)) return [];
      return continues(member.input) ? [] : [member.name];
    });
    expect(endless.sort()).toEqual(SHORT.toSorted());
  });

  it('keep the built-in ids from developers', () => {
    for (const id of [...Object.keys(builtins), 'admin', 'mail', 'hello-world']) expect(RESERVED_APP_IDS.has(id)).toBe(true);
  });

  it('keep the names of the platform and of permissions from developers', () => {
    const contexts = members.map(({ context }) => context);
    for (const id of [...contexts, ...FEED_SCOPES, 'store', 'call', 'extensions', 'system', 'server-card'])
      expect(RESERVED_APP_IDS).toContain(id);
  });

  it('say of every built-in function that changes something what it changes, and of no other', () => {
    const functions = Object.values(builtins).flatMap(({ functions }) => Object.values(functions));
    for (const { action_type, effect } of functions) expect(effect !== null).toBe(action_type !== 'read');
  });
});

describe('every problem', () => {
  const contexts = [
    agentContext,
    authContext,
    automationContext,
    billingContext,
    channelsContext,
    coachContext,
    connectionsContext,
    kernelContext,
    marketplaceContext,
    modelsContext,
    nodesContext,
    portalContext,
    registryContext,
  ];
  const kinds = [language, builtinsModule, ...contexts]
    .flatMap((module): unknown[] => Object.values(module))
    .filter((value): value is ProblemKind => typeof value === 'function' && 'status' in value && 'code' in value);

  it('has a code of its own and a page that says what happened and what to do', async () => {
    const folder = new URL('../../../../docs/problems/', import.meta.url);
    const pages = (await readdir(folder)).map((file) => file.replace('.md', ''));
    expect(kinds.map(({ code }) => code).sort()).toEqual(pages.sort());
    for (const { code, status } of kinds) {
      const page = (await readFile(new URL(`${code}.md`, folder), 'utf8')).split('\n\n');
      expect(page).toEqual([
        `# \`${code}\` (${status})`,
        expect.stringMatching(/^\*\*What it means\.\*\* ./),
        expect.stringMatching(/^\*\*What to do\.\*\* ./),
      ]);
    }
  });
});
