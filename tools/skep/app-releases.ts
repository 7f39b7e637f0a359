import type { Command } from '../cli/commands.ts';

export const commands: Command[] = [
  {
    usage: 'app export APP [--revision NUMBER] [-o, --output FILE] [--json]',
    summary: 'Writes a release of yours to a file that your installation signs, by default APP.skep.json',
    example: 'app export link-saver --revision 3 -o link-saver-1.2.0.json',
    async run({ args: [app = ''], values: { revision, output } }) {
      const { exportRelease } = await import('../author/release-files.ts');
      const path = await exportRelease(app, revision, output);
      return { data: { path }, text: `Wrote ${path}.` };
    },
  },
  {
    usage: 'app import FILE [--fingerprint FINGERPRINT] [--json]',
    summary: 'Shows who signed a release file, and makes a release of yours of it; --fingerprint names a key that you trust',
    example: 'app import link-saver-1.2.0.json',
    async run({ args: [file = ''], values: { fingerprint } }) {
      const { importRelease } = await import('../author/release-files.ts');
      const data = await importRelease(file, fingerprint);
      return { data, text: `${data.app_id} ${data.ir_version} is live for you as revision ${data.revision}.` };
    },
  },
  {
    usage: 'app key [--json]',
    summary: 'Prints the key with which the installation signs release files, and its fingerprint',
    example: 'app key',
    async run() {
      const { asAnyone, serverOf } = await import('../author/server.ts');
      const data = await asAnyone(serverOf(), (skep) => skep.getReleaseKey());
      return { data, text: `${data.public_key}\n${data.fingerprint}` };
    },
  },
];
