import { e2eTest, type Mutant } from '@skep/testkit';

const test = (name: string) => e2eTest('sockets', name);
const SIGNED_IN = test('may sign in, and speaks for whom it names, in its dialect');

/** Planted bugs in sockets. */
export const sockets: Mutant[] = [
  {
    name: 'pages of all sites may open sockets',
    file: 'src/sockets/open-sockets.js',
    find: '!this.options.origins.includes(origin)',
    plant: 'false',
    test: test('is refused to pages of other sites, and to what is no handshake'),
  },
  {
    name: 'every route takes a token from the query',
    file: 'src/http/route-forwarder.js',
    find: 'if (route.tokenIn)\n                        takeToken(request, route.tokenIn)',
    plant: `takeToken(request, 'token')`,
    test: test('takes the token from the query only where the route says so'),
  },
  {
    name: 'a client names the socket that its message is of',
    file: 'src/sockets/socket-session.js',
    find: '{ ...message, socket_id }',
    plant: '{ socket_id, ...message }',
    test: test('does not let the client name its socket'),
  },
  {
    name: 'a message needs no credential',
    file: 'src/sockets/socket-session.js',
    find: 'const caller = await this.call.admit(access, headers);',
    plant: 'const caller = await this.call.admit(access, headers).catch(() => this.caller);',
    test: SIGNED_IN,
  },
  {
    name: 'a message without a credential is of no one, though one before has signed in',
    file: 'src/sockets/socket-session.js',
    find: 'Object.assign(this, { caller, access, headers });',
    plant: 'Object.assign(this, { caller, access });',
    test: SIGNED_IN,
  },
  {
    name: 'a person who signs in by a message may have any number of sockets',
    file: 'src/sockets/socket-session.js',
    find: 'const release = this.reserve(this.counted(caller));',
    plant: 'const release = () => {};',
    test: test('cannot sign in a person who has too many sockets'),
  },
  {
    name: 'messages of a socket overtake each other',
    file: 'src/sockets/client-socket.js',
    find: 'this.work = this.work.then(async () => {',
    plant: 'this.work = Promise.resolve().then(async () => {',
    test: test('is answered by its operation, one after the other'),
  },
  {
    name: 'a client that reads nothing fills the memory of its socket',
    file: 'src/sockets/client-socket.js',
    find: 'socket.bufferedAmount > MAX_UNSENT_BYTES',
    plant: 'false',
    test: test('with 1013 when its client reads too slowly'),
  },
  {
    name: 'a client that answers no ping keeps its socket',
    file: 'src/sockets/client-socket.js',
    find: 'if (!this.hasAnswered)',
    plant: 'if (false)',
    test: test('when its client does not answer pings, and not when it does'),
  },
  {
    name: 'a gateway that stops leaves messages without an answer',
    file: 'src/sockets/client-socket.js',
    find: 'await this.work;\n        this.close(...CLOSED.restart);',
    plant: 'this.close(...CLOSED.restart);',
    test: test('with 1012 at SIGTERM, after its messages are answered, and its service knows it'),
  },
  {
    name: 'what a service sends before the socket is open is lost',
    file: 'src/sockets/client-socket.js',
    find: 'this.unsent.push(text)',
    plant: 'void text',
    test: test('sends before the socket is open, and closes it'),
  },
  {
    name: 'a service does not learn that a socket is gone',
    file: 'src/sockets/open-sockets.js',
    find: 'this.held.delete(socket.id);',
    plant: '',
    test: test('sends to a socket by its id, at the gateway that holds it, in order and only what the class has'),
  },
  {
    name: 'a socket shows chats to those who may not use agents',
    file: 'src/sockets/socket-session.js',
    find: 'isOwn && holdsScope(scopes, shows.scope)',
    plant: 'isOwn',
    test: e2eTest('channels', 'is not shown on a socket of its person who may not use agents'),
  },
];
