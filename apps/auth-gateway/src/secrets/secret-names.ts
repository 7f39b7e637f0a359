/** Names whose values are probably secret: the audit log hides them, and agency settings reject them. `token_rate` is a price. */
export const SECRET_NAME = /password|passwd|secret|token(?!_rate$)|credential|authorization|cookie|(api|private)_?key$/i;
