/** The subject on which a gateway receives what the services of a context send to its sockets; `*` for all contexts. */
export const socketSubject = (context: string, gateway: string): string => `socket.${context}.${gateway}`;

/**
 * The headers of such a message: the socket, the close code of one that closes it, and whether it only asks. Its payload is text: the message,
 * or the reason.
 */
export const SOCKET = 'socket';
export const CLOSE = 'close';
export const PROBE = 'probe';

/** The answers of a gateway. */
export const HELD = '1';
export const GONE = '0';
