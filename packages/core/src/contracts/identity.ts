/**
 * What a state belongs to. Two identities are equal if their fingerprints are equal; the description is for people.
 */
export interface Identity {
  /** One line without secrets: `database app on db.example.com:5432, projects: all`. */
  readonly description: string;
  /** Changes if, and only if, the state no longer describes the same thing. Contains no secret, only a hash of it. */
  readonly fingerprint: string;
}

/** The identity of a source, with advice that is not stored. */
export interface SourceIdentity extends Identity {
  /** One sentence for the message about a changed fingerprint: what to know before accepting it. */
  readonly whenChanged?: string;
}
