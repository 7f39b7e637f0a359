import type { Mutant } from '@skep/testkit';

const spec = (file: string, name: string) => ({ file: `src/ir/${file}.spec.js`, name });

/** Planted bugs: a deploy does not report a fault or a warning. */
export const deploys: Mutant[] = [
  {
    name: 'an IR with an unclosed binding is deployed',
    file: 'src/ir/check-bindings.js',
    find: 'if (unclosed)',
    plant: 'if (false)',
    test: spec('check-ir', 'that are closed'),
  },
  {
    name: 'a fault of structure hides the faults of other parts',
    file: 'src/ir/check-ir.js',
    find: 'structural.length ? withStandIns(given, structural, appId) : given',
    plant: 'given',
    test: spec('mistakes', 'learns everything at once, although parts have the wrong structure'),
  },
  {
    name: 'an IR is deployed although it is too deep to load after it is rewritten',
    file: 'src/ir/check-ir.js',
    find: 'normalised ? findSizeFaults(ir) : []',
    plant: '[]',
    test: spec('check-ir', 'that is not nested deeper than a release may be'),
  },
  {
    name: 'a binding of a param that a closed schema does not declare causes no warning',
    file: 'src/ir/warnings.js',
    find: 'additionalProperties !== false',
    plant: "schema['additionalProperties'] !== true",
    test: spec('warnings', 'of an undeclared param, with its location'),
  },
  {
    name: 'a capability to read allows writing',
    file: 'src/ir/permissions.js',
    find: "permission === 'store:read' ? ['store:write'] : []",
    plant: "['store:write', 'store:read']",
    test: spec('warnings', 'but reading does not include writing'),
  },
  {
    name: 'showing a panel may delete data',
    file: 'src/ir/check-ir.js',
    find: '!PANEL_OPS.includes(op)',
    plant: 'false',
    test: spec('check-ir', 'not with store.delete {"kind":"links","id":"x"}'),
  },
  {
    name: 'an app reads data for a panel without its permission',
    file: 'src/ir/permissions.js',
    find: '...ofPanels',
    plant: '',
    test: spec('permissions', 'include those of its panels'),
  },
];
