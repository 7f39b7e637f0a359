import { e2eTest, type Mutant } from '@skep/testkit';

const CALL = 'src/call/call-permission.js';
const REQUIRED = e2eTest(
  'call-functions',
  'requires the scope of each function from its caller: alone, in a batch and in a step of an app',
);

/** Planted bugs in the scopes of built-in extensions. */
export const scopes: Mutant[] = [
  {
    name: 'a built-in function requires no scope',
    file: CALL,
    find: "if (target.kind === 'operation' && !holdsScope(ctx.scopes, target.fn.operation.scope))",
    plant: 'if (false)',
    test: REQUIRED,
  },
  {
    name: 'a built-in function requires no scope from an app that calls it',
    file: CALL,
    find: "authorize({ ctx }, target) {\n    if (target.kind === 'operation'",
    plant: "authorize({ ctx, chainId }, target) {\n    if (!chainId && target.kind === 'operation'",
    test: REQUIRED,
  },
];
