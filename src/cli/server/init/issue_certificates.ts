// Makes an authority and a server certificate that it signs. Loaded only for --tls: the library is large. It needs
// reflect-metadata before it is loaded.

import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { isIpAddress } from "./tls_names.ts";

const KEY = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const DAY_MS = 86_400_000;
/** Some systems reject a server certificate that is valid for more than 825 days. */
const SERVER_DAYS = 730;
const AUTHORITY_DAYS = 3650;
/** The clock of a client may be behind. */
const BEFORE_MS = 3_600_000;

export interface IssuedCertificates {
  /** PEM, as all others. */
  readonly authority: string;
  readonly authorityKey: string;
  readonly server: string;
  readonly serverKey: string;
  /** When the server's certificate expires. */
  readonly expires: Date;
}

/** @param names what the server's certificate is valid for; the first one is also its subject. @param now in ms since 1970. */
export async function issueCertificates(names: readonly string[], now: number): Promise<IssuedCertificates> {
  // A certificate has whole seconds.
  const start = now - now % 1000;
  const notBefore = new Date(start - BEFORE_MS);
  const authorityKeys = await newKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName(`rankserver authority of ${names[0]}`)] }],
    keys: authorityKeys,
    notBefore,
    notAfter: new Date(start + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: SIGNATURE,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const serverKeys = await newKeys();
  const expires = new Date(start + SERVER_DAYS * DAY_MS);
  const server = await X509CertificateGenerator.create({
    subject: [{ CN: [commonName(names[0]!)] }],
    issuer: authority.subjectName,
    notBefore,
    notAfter: expires,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: SIGNATURE,
    extensions: [
      ...serverExtensions(names),
      await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
      await SubjectKeyIdentifierExtension.create(serverKeys.publicKey),
    ],
  });
  return {
    authority: pem(authority.toString("pem")),
    authorityKey: await privateKeyOf(authorityKeys),
    server: pem(server.toString("pem")),
    serverKey: await privateKeyOf(serverKeys),
    expires,
  };
}

function serverExtensions(names: readonly string[]): Extension[] {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(names.map(alternativeName)),
  ];
}

function alternativeName(value: string): JsonGeneralName {
  return { type: isIpAddress(value) ? "ip" : "dns", value };
}

/** A common name is for people, and has at most 64 characters; clients read only the alternative names. */
function commonName(text: string): string {
  return text.slice(0, 64);
}

async function newKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(KEY, true, ["sign", "verify"]) as CryptoKeyPair;
}

async function privateKeyOf({ privateKey }: CryptoKeyPair): Promise<string> {
  return pem(PemConverter.encode(await crypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY"));
}

function pem(text: string): string {
  return `${text.trimEnd()}\n`;
}
