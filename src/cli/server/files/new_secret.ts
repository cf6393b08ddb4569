// Makes the secret of a token. The server's files have only its hash.

const TOKEN_BYTES = 32;

export interface NewSecret {
  readonly token: string;
  /** Of the token's text, as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

export async function newSecret(): Promise<NewSecret> {
  const random = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  const token = random.toBase64({ alphabet: "base64url", omitPadding: true });
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return { token, sha256: new Uint8Array(hash).toHex() };
}
