import type { Command } from '../cli/commands.ts';

export const commands: Command[] = [
  {
    usage: 'app login [SERVER]',
    summary: 'Signs you in as an author on a page of your browser; the session is kept in your config folder',
    example: 'app login https://skep.example.com',
    async run({ args: [server] }) {
      const { serverOf } = await import('../author/server.ts');
      const { signIn } = await import('../author/sign-in.ts');
      const url = server ?? serverOf();
      await signIn(url);
      return { data: { url }, text: `You are signed in at ${url}.` };
    },
  },
  {
    usage: 'app token',
    summary: 'Prints an access token of your session, for curl',
    example: 'app token',
    async run() {
      const { asAuthor, serverOf } = await import('../author/server.ts');
      const { readSession } = await import('../author/session.ts');
      await asAuthor({}, (skep) => skep.getMe()); // refreshes a session whose token has expired
      const token = process.env.SKEP_TOKEN ?? readSession(serverOf())?.access_token ?? '';
      return { data: { token }, text: token };
    },
  },
  {
    usage: 'app register NAME [--json]',
    summary: 'Registers you as a developer under a public name, once',
    example: "app register 'Ada Lovelace'",
    async run({ args: [display_name = ''] }) {
      const { asAuthor } = await import('../author/server.ts');
      const data = await asAuthor({}, (skep) => skep.registerDeveloper({ display_name }));
      return { data, text: `You are a developer: ${display_name}.` };
    },
  },
];
