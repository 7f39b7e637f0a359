import type { Mutant } from '@skep/testkit';

const spec = (file: string, name: string) => ({ file: `src/ir/${file}.spec.js`, name });

/** In what an author hears when they deploy. */
export const deploys: Mutant[] = [
  {
    name: 'an unclosed binding is deployed',
    file: 'src/ir/check-ir.js',
    find: 'if (unclosed)',
    plant: 'if (false)',
    test: spec('check-ir', 'that are closed'),
  },
  {
    name: 'an IR is deployed that is too deep to be loaded once it is rewritten',
    file: 'src/ir/check-ir.js',
    find: 'normalised ? sizeFaults(ir) : []',
    plant: '[]',
    test: spec('check-ir', 'that is not nested deeper than a release may be'),
  },
  {
    name: 'nobody is warned of a param that a closed schema does not name',
    file: 'src/ir/warnings.js',
    find: 'additionalProperties !== false',
    plant: "schema['additionalProperties'] !== true",
    test: spec('warnings', 'that no param gives, at its place'),
  },
  {
    name: 'a capability to read is taken for one to write',
    file: 'src/ir/permissions.js',
    find: "permission === 'store:read' ? ['store:write'] : []",
    plant: "['store:write', 'store:read']",
    test: spec('warnings', 'but reading does not include writing'),
  },
];
