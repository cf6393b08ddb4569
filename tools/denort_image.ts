// Extracts the runtime from an executable made by `deno compile`. Since Deno 2.9 that appends the program as an ELF
// note: it keeps the image, changes four fields of its header, and adds headers for the note at the end.

import { CompileError } from "./compile_job.ts";

/** The original image. The fields are those of the ELF-64 file header. */
export interface DenortImage {
  readonly bytes: number;
  /** e_phoff */
  readonly programHeadersAt: number;
  /** e_phnum */
  readonly programHeaders: number;
  /** In hexadecimal, of the restored image. */
  readonly sha256: string;
}

const ELF64_HEADER_BYTES = 64;
const ELF64_LITTLE_ENDIAN = [0x7f, 0x45, 0x4c, 0x46, 2, 1];

/**
 * Restores the runtime without section headers: the loader does not need them, and their symbols take 24 MB.
 *
 * @param executable its first bytes, at least those of the image.
 * @throws {CompileError} if the result is not the expected image.
 */
export async function restoreImage(executable: Uint8Array, expected: DenortImage): Promise<Uint8Array> {
  const isElf = executable.length >= ELF64_HEADER_BYTES &&
    ELF64_LITTLE_ENDIAN.every((byte, index) => executable[index] === byte);
  if (!isElf) {
    throw new CompileError("Cannot extract the runtime: the file is not a 64-bit little-endian ELF image");
  }
  if (executable.length < expected.bytes) {
    throw new CompileError(
      `Cannot extract the runtime: expected at least ${expected.bytes} bytes, current value is ${executable.length}`,
    );
  }
  const image = executable.slice(0, expected.bytes);
  const header = new DataView(image.buffer);
  header.setBigUint64(0x20, BigInt(expected.programHeadersAt), true);
  header.setBigUint64(0x28, 0n, true); // e_shoff
  header.setUint16(0x38, expected.programHeaders, true);
  header.setUint16(0x3c, 0, true); // e_shnum
  header.setUint16(0x3e, 0, true); // e_shstrndx
  const sum = await sha256(image);
  if (sum !== expected.sha256) {
    throw new CompileError(
      `Cannot extract the runtime: expected SHA-256 ${expected.sha256}, current value is ${sum}`,
    );
  }
  return image;
}

/** In hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource)).toHex();
}
