import type { CodingKind } from '@skep/contracts/agent';

/** What the id of a session says. Terminals work it out by themselves. */
export interface SessionName {
  id: string;
  kind: CodingKind;
  slot: string;
}

export function nameSession(user: string, kind: CodingKind, repo_key: string, slot = ''): SessionName {
  return { id: `${kind}-${user}-r${repo_key}${slot ? `-s${slot}` : ''}`, kind, slot };
}

/** Undefined unless it is an id of this person. */
export function sessionNameOf(user: string, id: string): SessionName | undefined {
  const [, kind, owner, repo_key, slot = ''] = /^(coding|marathon)-(\w+)-r(\w{1,64})(?:-s([\w-]{1,32}))?$/.exec(id) ?? [];
  return owner === user && repo_key !== undefined ? nameSession(user, kind as CodingKind, repo_key, slot) : undefined;
}
