// What `rankserver init` knows of each use. The three uses are data; other files make files and commands of it.

/** The names of the uses, as on the command line. */
export const USE_NAMES = ["standby", "fleet", "floor"] as const;

export type UseName = (typeof USE_NAMES)[number];

/** What a use's texts depend on. */
export interface Surroundings {
  /** The address to listen on. */
  readonly host: string;
  /** The names and addresses of the certificate, the first one for the clients; absent: no TLS. */
  readonly tlsNames?: readonly string[] | undefined;
}

/** A client with its own directory and token. */
export interface InitClient {
  readonly name: string;
  /** A comment above its token: what the token is for. */
  readonly tokenPurpose: string;
  readonly rights: TokenRights;
  /** TOML for the end of its client.toml. */
  readonly more: string;
}

/** Absent `issue`: every command. */
export interface TokenRights {
  readonly issue?: readonly string[];
  readonly execute: boolean;
  readonly watch: boolean;
  readonly evict: boolean;
}

export interface Use {
  readonly clients: readonly InitClient[];
  serverToml(surroundings: Surroundings): string;
  /** @param path what a file or directory below the new one is called on a command line. */
  nextSteps(path: (name: string) => string, surroundings: Surroundings): readonly NextStep[];
}

/** A command for a shell, with one line of comment. */
export interface NextStep {
  readonly comment: string;
  readonly command: string;
}

/** For the client's `host`, which must be one that the certificate is valid for. */
export function reachableHost({ tlsNames }: Surroundings): string {
  return tlsNames?.[0] ?? "127.0.0.1";
}
