import { freePort } from '@skep/platform/free-port';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { systemEnv, type Installation, appWaves } from '../start/apps.ts';
import { identify, isAlive, terminate } from '../start/processes.mjs';
import { execute } from '../setup/execute.mjs';
import { Fault } from '../setup/fault.mjs';
import { NODE, ROOT } from '../setup/paths.mjs';
import { until } from './until.ts';

const START_MS = 60_000;
/** As long as Kubernetes waits for a copy that finishes its work. */
const STOP_MS = 100_000;
const DRAIN_SECONDS = 2;

/** What all copies share. */
export type Common = Omit<Installation, 'ports'> & { logs: string };

/** A running copy of a service. */
export interface Copy {
  name: string;
  /** Where it takes requests; only the gateway does. */
  url: string;
  isReady(): Promise<boolean>;
  stop(): Promise<void>;
}

/** The code of one release, in a folder. */
export class Release {
  readonly root: string;
  readonly name: string;

  private constructor(root: string, name: string) {
    this.root = root;
    this.name = name;
  }

  /** The release of this checkout. */
  static current = new Release(ROOT, 'the new release');

  /** Checks a commit out into a new folder, and installs and builds it. @throws Fault */
  static async checkOut(commit: string, folder: string): Promise<Release> {
    execFileSync('git', ['-C', ROOT, 'worktree', 'add', '--quiet', '--detach', folder, commit]);
    const prepare = `(await import(${JSON.stringify(join(folder, 'tools/setup/prepare.mjs'))})).prepare()`;
    const { code, output } = await execute(NODE, ['--input-type=module', '-e', `await ${prepare}`], { cwd: folder });
    if (code !== 0) throw new Fault(`The release ${commit} cannot be built: ${output.trim()}`);
    return new Release(folder, `the release ${commit}`);
  }

  /** Whether it has this service. */
  has(service: string): boolean {
    return existsSync(join(this.root, 'apps', service));
  }

  /** Changes the database of a service to that of this release, as the job of a deployment does. @throws Fault */
  async migrate(service: string, common: Common): Promise<void> {
    const { env, main } = await this.app(service, common, 0);
    const { code, output } = await execute(NODE, [main, 'migrate'], { env: { ...systemEnv(process.env), ...env } });
    if (code !== 0) throw new Fault(`${service} cannot migrate to ${this.name}: ${output.trim()}`);
  }

  /** Starts a copy of a service, and waits until it is ready. @throws Fault */
  async start(service: string, common: Common): Promise<Copy> {
    const port = await freePort();
    const { env, main, managementPort } = await this.app(service, common, port);
    const log = openSync(join(common.logs, `${service}-${port}.log`), 'a');
    const child = spawn(NODE, [main], { env: { ...systemEnv(process.env), ...env }, stdio: ['ignore', log, log] });
    closeSync(log);
    const id = identify(child.pid ?? 0);
    const isReady = () =>
      fetch(`http://127.0.0.1:${managementPort}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
    const stop = () => terminate(id, { within: STOP_MS });
    await until(`${service} of ${this.name}; see ${common.logs}`, START_MS, async () => {
      if (!isAlive(id)) throw new Fault(`${service} of ${this.name} did not start; see ${common.logs}.`);
      return isReady();
    });
    return { name: service, url: `http://127.0.0.1:${port}`, isReady, stop };
  }

  private async app(service: string, { logs: _, ...installation }: Common, port: number) {
    const managementPort = await freePort();
    const env = { ...installation.settings.env, SKEP_DRAIN_SECONDS: String(DRAIN_SECONDS) };
    const settings = { ...installation.settings, port, env };
    const app = appWaves({ ...installation, settings, ports: { [service]: managementPort } })
      .flat()
      .find(({ name }) => name === service);
    if (!app) throw new Fault(`There is no service ${service}.`);
    return { env: app.env, main: join(this.root, 'apps', service, 'dist/src/main.js'), managementPort };
  }
}
