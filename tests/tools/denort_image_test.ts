import { assertEquals, assertRejects } from "@std/assert";
import { CompileError } from "../../tools/compile_job.ts";
import { restoreImage } from "../../tools/denort_image.ts";

const IMAGE_BYTES = 400;
const PROGRAM_HEADERS_AT = 64;
const PROGRAM_HEADERS = 3;

/** An ELF image as the linker leaves it, but without section headers. */
function image(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(IMAGE_BYTES).fill(0xaa, 64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  const header = new DataView(bytes.buffer);
  header.setBigUint64(0x20, BigInt(PROGRAM_HEADERS_AT), true);
  header.setUint16(0x38, PROGRAM_HEADERS, true);
  return bytes;
}

/** The same as `deno compile` writes it: other header fields, symbols and sections behind it, the program in a note. */
function executable(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array([...image(), ...new Uint8Array(1000).fill(0xbb)]);
  const header = new DataView(bytes.buffer);
  header.setBigUint64(0x20, 800n, true);
  header.setBigUint64(0x28, 1000n, true);
  header.setUint16(0x38, PROGRAM_HEADERS + 2, true);
  header.setUint16(0x3c, 40, true);
  header.setUint16(0x3e, 39, true);
  return bytes;
}

async function expected() {
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", image())).toHex();
  return {
    bytes: IMAGE_BYTES,
    programHeadersAt: PROGRAM_HEADERS_AT,
    programHeaders: PROGRAM_HEADERS,
    sha256,
  };
}

Deno.test("the runtime is restored from an executable, also out of a larger buffer", async () => {
  assertEquals(await restoreImage(executable(), await expected()), image());
  const padded = new Uint8Array([...new Uint8Array(7), ...executable()]).subarray(7);
  assertEquals(await restoreImage(padded, await expected()), image());
});

Deno.test("restoring leaves the executable as it was", async () => {
  const before = executable();
  await restoreImage(before, await expected());
  assertEquals(before, executable());
});

Deno.test("a file that is not a 64-bit little-endian ELF image is rejected", async () => {
  const elf32 = executable();
  elf32[4] = 1;
  for (const bytes of [new Uint8Array(), executable().subarray(0, 63), elf32, new Uint8Array(1000)]) {
    const error = await assertRejects(async () => restoreImage(bytes, await expected()), CompileError);
    assertEquals(
      error.message,
      "Cannot extract the runtime: the file is not a 64-bit little-endian ELF image",
    );
  }
});

Deno.test("an executable with another runtime, or one cut short, is rejected", async () => {
  const changed = executable();
  changed[100] = 1;
  await assertRejects(async () => restoreImage(changed, await expected()), CompileError, "expected SHA-256");
  const half = executable().subarray(0, 150);
  await assertRejects(
    async () => restoreImage(half, await expected()),
    CompileError,
    "expected at least 400 bytes, current value is 150",
  );
});
