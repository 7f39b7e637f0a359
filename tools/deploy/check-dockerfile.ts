import { type DeploymentFiles, exists } from './files.ts';

/** A stage of the Dockerfile: its name, its RUN instructions, and the last one of each other kind. */
interface Stage {
  name?: string | undefined;
  runs: string[];
  last: Partial<Record<string, string>>;
}

/**
 * Checks the Dockerfile and .dockerignore against the checkout.
 * @param managementPort the default of a service
 * @returns faults
 */
export function dockerfileFaults(files: DeploymentFiles, managementPort: unknown): string[] {
  const faults: string[] = [];
  const expect = (ok: boolean | undefined, fault: string) => ok || faults.push(`deploy/Dockerfile: ${fault}`);
  const stages: Stage[] = [];
  let stage: Stage = { runs: [], last: {} };
  for (const [word, rest] of instructions(files['deploy/Dockerfile'])) {
    if (word === 'FROM') {
      const [, from = '', name] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
      expect(/^node:24-/.test(from) || stages.some((known) => known.name === from), `FROM ${from} is neither Node 24 nor a stage`);
      stages.push((stage = { name, runs: [], last: {} }));
    } else if (word === 'COPY') {
      const words = rest.split(/\s+/).filter((part) => !part.startsWith('--'));
      const source = /--from=(\S+)/.exec(rest)?.[1];
      if (source)
        expect(
          stages.some(({ name }) => name === source),
          `COPY --from=${source}: no earlier stage has this name`,
        );
      else for (const path of words.slice(0, -1)) expect(exists(path), `COPY ${path}: file not found`);
    } else if (word === 'RUN') stage.runs.push(rest);
    else stage.last[word] = rest;
  }

  const { WORKDIR, CMD = '[]', USER, ENV = '', HEALTHCHECK, EXPOSE } = stage.last;
  const file = String((JSON.parse(CMD) as string[])[1]);
  expect(WORKDIR === '/skep' && exists(file), `CMD runs ${WORKDIR}/${file}, which does not exist`);
  expect(USER === 'node', `the process runs as ${USER ?? 'root'}`);
  expect(/NODE_ENV=production/.test(ENV), 'NODE_ENV is not production');
  expect(
    HEALTHCHECK?.includes(`127.0.0.1:\${process.env.MANAGEMENT_PORT ?? ${managementPort}}/readyz`),
    `HEALTHCHECK does not use port ${managementPort}`,
  );
  expect(Number(EXPOSE) === managementPort, `EXPOSE ${EXPOSE}, but the management port is ${managementPort}`);
  expect(
    stages.some(({ runs }) => runs.some((run) => run.includes('npm ci --omit=dev'))),
    'the image contains development packages',
  );
  expect(
    stages.some(({ runs }) => runs.some((run) => run.includes('apps/*/schema.txt'))),
    'the image has no schema.txt, so a service does not compare its schema',
  );
  return [...faults, ...ignoreFaults(files['.dockerignore'])];
}

function ignoreFaults(text: string): string[] {
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  const faults = lines[0] === '*' ? [] : ['.dockerignore: the first line must be *, so that no secret can get into an image'];
  const kept = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const missing = kept.filter((path) => !exists(path.replace(/\/\*.*$/, '')));
  const needed = ['package.json', 'package-lock.json', 'turbo.json', 'tsconfig.base.json', 'apps', 'libs'].filter(
    (path) => !kept.includes(path),
  );
  return [
    ...faults,
    ...missing.map((path) => `.dockerignore: keeps ${path}, which does not exist`),
    ...needed.map((path) => `.dockerignore: excludes ${path}, which the build needs`),
  ];
}

function instructions(text: string): [word: string, rest: string][] {
  const whole = text.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, '');
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [, word = '', rest = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
      return [word, rest];
    });
}
