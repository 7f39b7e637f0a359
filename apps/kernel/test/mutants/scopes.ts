import { e2eTest, type Mutant } from '@skep/testkit';

const CALL = 'src/call/call-function.js';
const REQUIRED = e2eTest(
  'call-functions',
  'requires the scope of each function from its caller: alone, in a batch and in a step of an app',
);

/** Planted bugs in the scopes of built-in extensions. */
export const scopes: Mutant[] = [
  {
    name: 'a built-in function requires no scope',
    file: CALL,
    find: 'if (!holdsScope(call.ctx.scopes, operation.scope))',
    plant: 'if (false)',
    test: REQUIRED,
  },
  {
    name: 'a built-in function requires no scope from an app that calls it',
    file: CALL,
    find: 'async runOperation(call, { operation, summary }) {\n        if (!holdsScope',
    plant: 'async runOperation(call, { operation, summary }) {\n        if (!call.chainId && !holdsScope',
    test: REQUIRED,
  },
];
