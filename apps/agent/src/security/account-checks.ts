import { auth } from '@skep/contracts/auth';
import { WORKSPACE_FILES } from '@skep/contracts/agent';
import { Bus, type Ctx, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { SkillScans } from '../skills/skill-scans.js';
import { WorkspaceRepository } from '../workspace/workspace.repository.js';
import { pass, type SecurityCheck, fail, warn } from './security-check.js';

const UNUSED_MS = 90 * 86_400_000;
/** Keys of well-known services, as they are written. */
const KEY =
  /\b(?:sk-[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|AKIA[A-Z0-9]{16}|xox[abprs]-[A-Za-z0-9-]{20,}|AIza[A-Za-z0-9_-]{30,}|imp_[a-z]+_[A-Za-z0-9]{30,})\b/g;
const REMOVED = '[a key was removed here]';

/** Checks of what a person has: skills, keys in texts that agents read, API keys. */
@Injectable()
export class AccountChecks {
  readonly all: readonly SecurityCheck[] = [
    {
      ...{ id: 'shell-tool', name: 'Enabled skills do no harm', severity: 'high', category: 'skills', isOfInstallation: false },
      find: async (ctx) => {
        const risky = await this.scans.findRisky(ctx);
        if (!risky.length) return pass('No enabled skill has a high or critical threat.');
        const detail = `${risky.map(({ name }) => name).join(', ')} may do harm. Commands run on paired devices only, after a question.`;
        return risky.some(({ isBlocked }) => isBlocked) ? fail(detail, 'Disable them.') : warn(detail, 'Read them, or disable them.');
      },
      fix: async (ctx) => {
        for (const { name } of await this.scans.findRisky(ctx)) await this.scans.disable(ctx, name);
      },
    },
    {
      ...{
        id: 'api-keys-env',
        name: 'No keys are in texts that agents read',
        severity: 'high',
        category: 'secrets',
        isOfInstallation: false,
      },
      find: async (ctx) => {
        const files = await this.filesWithKeys(ctx);
        const names = files.map(({ filename }) => filename).join(', ');
        return files.length
          ? fail(`${names} of your workspace has keys.`, 'Remove them, and replace the keys.')
          : pass('Your workspace has no keys.');
      },
      fix: async (ctx) => {
        for (const { filename, content } of await this.filesWithKeys(ctx))
          await this.files.write(ctx, filename, content.replace(KEY, REMOVED));
      },
    },
    {
      ...{
        id: 'token-expiry',
        name: 'API keys that are not used are revoked',
        severity: 'medium',
        category: 'auth',
        isOfInstallation: false,
      },
      find: async (ctx) => {
        const unused = await this.unusedKeys(ctx);
        return unused.length
          ? warn(`${unused.length} API keys were not used for 90 days.`, 'Revoke them.')
          : pass('Access tokens expire, and your API keys were used in the last 90 days.');
      },
      fix: async (ctx) => {
        for (const { id } of await this.unusedKeys(ctx)) await this.bus.call(auth.revokeApiKey, withKeySuffix(ctx, id), { key_id: id });
      },
    },
  ];

  constructor(
    private readonly bus: Bus,
    private readonly files: WorkspaceRepository,
    private readonly scans: SkillScans,
  ) {}

  private async filesWithKeys(ctx: Ctx) {
    const found = await this.files.list(ctx);
    return WORKSPACE_FILES.flatMap((filename) => {
      const content = found.find((file) => file.filename === filename)?.content ?? '';
      return content.search(KEY) >= 0 ? [{ filename, content }] : [];
    });
  }

  private async unusedKeys(ctx: Ctx) {
    const keys = await this.bus.call(auth.listApiKeys, withKeySuffix(ctx, 'keys'), {});
    return keys.filter(({ last_used_at, created_at }) => Date.now() - (last_used_at ?? created_at).getTime() > UNUSED_MS);
  }
}
