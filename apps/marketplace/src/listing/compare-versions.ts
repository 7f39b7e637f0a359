import { permissionOf } from '@skep/contracts/builtins';
import type { VersionDiff } from '@skep/contracts/marketplace';
import { isDeepStrictEqual } from 'node:util';
import type { ListingVersionEntity } from './listing-version.entity.js';

const FIELDS = ['description', 'params_schema', 'action_type'] as const;

/** What differs between two versions of an app. Without an earlier one, everything is new. */
export function compareVersions(before: ListingVersionEntity | null, after: ListingVersionEntity): VersionDiff {
  const [old, now] = [before, after].map((version) => new Map((version?.functions ?? []).map((fn) => [fn.name, fn])));
  const changed = [...now!.values()].flatMap((fn) => {
    const former = old!.get(fn.name);
    const fields = former ? FIELDS.filter((field) => !isDeepStrictEqual(former[field], fn[field])) : [];
    return former && fields.length ? [{ name: fn.name, fields, before: former, after: fn }] : [];
  });
  const held = before?.permissions ?? [];
  return {
    ...{ revision: after.revision, version: after.version, from: before?.revision ?? null, from_version: before?.version ?? null },
    added: [...now!.values()].filter(({ name }) => !old!.has(name)),
    removed: [...old!.values()].filter(({ name }) => !now!.has(name)),
    changed,
    new_permissions: after.permissions.filter((id) => !held.includes(id)).map(permissionOf),
    dropped_permissions: held.filter((id) => !after.permissions.includes(id)).map(permissionOf),
  };
}
