import { auth } from '@skep/contracts/auth';
import { Bus } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentConfig } from '../agent.config.js';
import { fail, type Finding, pass, type SecurityCheck, warn } from './security-check.js';

const KEY_BITS = 2_048;
const OF_OTHERS = 0o077;
const LOOPBACK = /^(localhost|127\.|\[::1\])/;

/** Checks of the installation, as far as this process can see it. */
@Injectable()
export class InstallationChecks {
  readonly all: readonly SecurityCheck[];

  constructor(
    private readonly config: AgentConfig,
    private readonly bus: Bus,
  ) {
    const { LOG_LEVEL, SKEP_CORS_ORIGINS, SKEP_DATA } = config;
    const [secrets, folder] = [SKEP_DATA && join(SKEP_DATA, 'secrets.env'), SKEP_DATA];
    const check = (id: string, name: string, severity: SecurityCheck['severity'], category: string): Omit<SecurityCheck, 'find'> => ({
      ...{ id, name, severity, category, isOfInstallation: true },
    });
    this.all = [
      { ...check('auth-jwt-secret', 'Access tokens are signed by strong keys', 'critical', 'auth'), find: (ctx) => this.findWeakKeys(ctx) },
      {
        ...check('cors-origins', 'Few other sites may call the API', 'high', 'network'),
        find: () =>
          Promise.resolve(
            SKEP_CORS_ORIGINS.some((origin) => origin.startsWith('http:') && !LOOPBACK.test(URL.parse(origin)?.host ?? ''))
              ? fail('SKEP_CORS_ORIGINS has a site without encryption.', 'Name https origins in SKEP_CORS_ORIGINS.')
              : pass(`${SKEP_CORS_ORIGINS.length} other sites may call the API.`),
          ),
      },
      {
        ...check('config-file-perms', 'Secrets are readable by their owner only', 'medium', 'files'),
        find: () => findOpenMode(secrets, 'secrets.env', '600'),
        fix: () => chmod(secrets!, 0o600),
      },
      {
        ...check('home-dir-perms', 'The data folder is readable by its owner only', 'medium', 'files'),
        find: () => findOpenMode(folder, 'The data folder', '700'),
        fix: () => chmod(folder!, 0o700),
      },
      {
        ...check('debug-mode', 'Logs have no details for developers', 'low', 'configuration'),
        find: () =>
          Promise.resolve(
            ['trace', 'debug'].includes(LOG_LEVEL)
              ? fail(`LOG_LEVEL is ${LOG_LEVEL}.`, 'Set LOG_LEVEL=info.')
              : pass(`LOG_LEVEL is ${LOG_LEVEL}.`),
          ),
      },
      {
        ...check('bind-address', 'The public address is encrypted', 'low', 'network'),
        find: () => Promise.resolve(this.findPlainAddress()),
      },
    ];
  }

  private async findWeakKeys(ctx: Parameters<SecurityCheck['find']>[0]): Promise<Finding> {
    const { keys } = await this.bus.call(auth.getJwks, ctx, {});
    const weak = keys.filter(({ kty, n }) => kty !== 'RSA' || Buffer.from(String(n), 'base64url').length * 8 < KEY_BITS);
    return weak.length || !keys.length
      ? fail(`${weak.length} of ${keys.length} signing keys are weak.`, 'Rotate them: npm run skep -- keys compromised')
      : pass(`${keys.length} signing keys have at least ${KEY_BITS} bits.`);
  }

  private findPlainAddress(): Finding {
    const { SKEP_PUBLIC_URL, NODE_ENV } = this.config;
    const { protocol, host } = new URL(SKEP_PUBLIC_URL);
    if (protocol === 'https:' || LOOPBACK.test(host)) return pass('The public address is encrypted, or on this machine.');
    const remediation = 'Put a proxy with TLS before Skep, and set SKEP_PUBLIC_URL to its https address.';
    const detail = 'The public address is not encrypted: passwords and tokens can be read on the way.';
    return NODE_ENV === 'production' ? fail(detail, remediation) : warn(detail, remediation);
  }
}

/** @param path undefined if this process has none, such as in a container of its own */
async function findOpenMode(path: string | undefined, what: string, wanted: string): Promise<Finding> {
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (!found) return pass(`${what} is not on this machine.`);
  const mode = (found.mode & 0o777).toString(8);
  return found.mode & OF_OTHERS
    ? fail(`The mode is ${mode}: others can read it.`, `chmod ${wanted} ${path}`)
    : pass(`The mode is ${mode}.`);
}
