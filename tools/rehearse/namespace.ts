import { spawnSync } from 'node:child_process';

/**
 * Options of `unshare` for a namespace in which we may mount file systems that other processes do not see. A user who is not root keeps
 * their user id, because Postgres refuses to run as root.
 */
export const NAMESPACE = [
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps']),
  ...['--mount', '--propagation', 'private'],
];

/** Whether this system allows such a namespace: containers and some distributions do not. */
export const canMount = () => spawnSync('unshare', [...NAMESPACE, 'mount', '-t', 'tmpfs', 'skep', '/tmp']).status === 0;
