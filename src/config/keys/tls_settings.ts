// [tls]: the server's certificate and its key. Without them the server speaks plain TCP.

import type { SettingValues } from "../reader/mod.ts";

const PATH_LENGTH = 4_096;

export const TLS_SETTINGS = {
  certFile: {
    kind: "text",
    key: "cert_file",
    maxLength: PATH_LENGTH,
    mayBeEmpty: true,
    default: "",
    why: "PEM file with the server's certificate and its intermediate certificates; empty: no TLS.",
  },
  keyFile: {
    kind: "text",
    key: "key_file",
    maxLength: PATH_LENGTH,
    mayBeEmpty: true,
    default: "",
    why:
      "PEM file with the certificate's private key, readable by its owner alone, or also by its group if root owns it.",
  },
} as const;

/** Both paths, or both empty: then there is no TLS. A relative path begins in the server's working directory. */
export type TlsFiles = SettingValues<typeof TLS_SETTINGS>;

/** Whether there is TLS. */
export function hasTls({ certFile }: TlsFiles): boolean {
  return certFile !== "";
}

/** One file without the other. */
export function findTlsConflicts(
  { certFile, keyFile }: TlsFiles,
): { path: readonly string[]; reason: string; hint: string }[] {
  if ((certFile === "") === (keyFile === "")) return [];
  const [given, missing] = certFile === ""
    ? [TLS_SETTINGS.keyFile, TLS_SETTINGS.certFile]
    : [TLS_SETTINGS.certFile, TLS_SETTINGS.keyFile];
  return [{
    path: ["tls", given.key],
    reason: `needs "tls.${missing.key}" beside it`,
    hint: "TLS takes a certificate and its key",
  }];
}
