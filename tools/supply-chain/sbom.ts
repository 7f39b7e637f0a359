import { execFileSync } from 'node:child_process';

/** A part of Skep, as CycloneDX describes it: https://cyclonedx.org/docs/1.5/json/#components */
export interface Component {
  name: string;
  version: string;
  purl?: string;
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[];
}

export interface Sbom {
  components: Component[];
}

/** Lists what an installation runs, by npm. Without the time and the number of the listing, so that the same packages give the same file. */
export function readSbom(): Sbom {
  const text = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const { serialNumber: _, metadata, ...sbom } = JSON.parse(text) as Sbom & { serialNumber: string; metadata: Record<string, unknown> };
  const { timestamp: _time, ...rest } = metadata;
  return { ...sbom, metadata: rest } as Sbom;
}
