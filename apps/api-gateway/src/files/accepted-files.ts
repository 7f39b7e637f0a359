/** Which files a route takes; any of at most SKEP_FILE_MAX_BYTES by default. */
export interface AcceptedFiles {
  /** The media types of the bytes of a file; the part of a form may have any. */
  mediaTypes?: readonly string[];
  /** The bytes that a file may have, if these are fewer. */
  maxBytes?: number;
}
