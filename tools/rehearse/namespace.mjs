import { spawnSync } from 'node:child_process';

/**
 * Options of `unshare` for a namespace where we may mount file systems that nobody else sees. Whoever is not root keeps their user id,
 * since Postgres refuses to run as root.
 */
export const NAMESPACE = [
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps']),
  ...['--mount', '--propagation', 'private'],
];

/** Whether this system lets us: containers and some distributions do not. */
export const mayMount = () => spawnSync('unshare', [...NAMESPACE, 'mount', '-t', 'tmpfs', 'skep', '/tmp']).status === 0;
