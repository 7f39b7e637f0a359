import { e2eTest, type Mutant } from '@skep/testkit';

/** Planted bugs in who sees what of a trace. */
export const traces: Mutant[] = [
  {
    name: 'everybody sees the parts of others',
    file: 'src/trace/get-trace.js',
    find: `holdsScope(ctx.scopes, 'admin:audit:read')`,
    plant: 'true',
    test: e2eTest('traces', 'a part of another person is not found, also in a trace in which one has parts'),
  },
  {
    name: 'an administrator reads what users said',
    file: 'src/trace/get-trace.js',
    find: 'part.user_id === ctx.user ? part.text : null',
    plant: 'part.text',
    test: e2eTest('traces', 'an administrator sees what all users of their tenant did, and not what they said'),
  },
];
