/** Names whose values are probably secret: the audit log hides them, and agency settings reject them. */
export const SECRET_NAME = /password|passwd|secret|token|credential|authorization|cookie|(api|private)_?key$/i;
