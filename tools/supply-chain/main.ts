// Prints what is wrong with the packages and the workflows, a line each. `--sbom FILE` writes the list of packages. Run by .ci/supply-chain.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { licenceFaults } from './licences.ts';
import { readSbom } from './sbom.ts';
import { unpinnedActions } from './workflows.ts';

const WORKFLOWS = '.github/workflows';
const { values } = parseArgs({ options: { sbom: { type: 'string' } } });

const sbom = readSbom();
if (values.sbom !== undefined) writeFileSync(values.sbom, `${JSON.stringify(sbom, null, 2)}\n`);
const workflows = readdirSync(WORKFLOWS).map((name) => ({ name, text: readFileSync(join(WORKFLOWS, name), 'utf8') }));
const faults = [...licenceFaults(sbom.components), ...workflows.flatMap(unpinnedActions)];
for (const fault of faults) console.log(fault);
console.log(`${sbom.components.length} packages, ${workflows.length} workflows: ${faults.length} faults`);
process.exitCode = faults.length ? 1 : 0;
