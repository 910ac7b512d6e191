/**
 * What state belongs to. Two identities are the same when their fingerprints are: the description is for people.
 */
export interface Identity {
  /** One line without secrets: `database langfuse on db.example.com:5432, projects: all`. */
  readonly description: string;
  /** Changes when, and only when, the state no longer describes the same thing. Holds no secret, only a hash of it. */
  readonly fingerprint: string;
}

/** The identity of a source, with what is not stored. */
export interface SourceIdentity extends Identity {
  /** One sentence for the message that refuses another fingerprint: what to know about going on all the same. */
  readonly whenChanged?: string;
}
