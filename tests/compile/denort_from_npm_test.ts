import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CannotCompile } from "../../tools/compile_job.ts";
import { cutRuntime, elfImageBytes } from "../../tools/denort_from_npm.ts";

const SECTION_TABLE_AT = 200;
const SECTION_BYTES = 64;
const SECTIONS = 3;
const IMAGE_BYTES = SECTION_TABLE_AT + SECTION_BYTES * SECTIONS;

/** An ELF image of zeros, with a program of `programBytes` behind it. */
function executable(programBytes: number): Uint8Array {
  const bytes = new Uint8Array(IMAGE_BYTES + programBytes).fill(0xaa, IMAGE_BYTES);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  const header = new DataView(bytes.buffer);
  header.setBigUint64(0x28, BigInt(SECTION_TABLE_AT), true);
  header.setUint16(0x3a, SECTION_BYTES, true);
  header.setUint16(0x3c, SECTIONS, true);
  return bytes;
}

async function sumOf(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))).toHex();
}

Deno.test("an ELF image ends where its section header table does", () => {
  assertEquals(elfImageBytes(executable(1000)), IMAGE_BYTES);
});

Deno.test("the image is measured in a part of a larger buffer as well", () => {
  const padded = new Uint8Array([...new Uint8Array(7), ...executable(10)]);
  assertEquals(elfImageBytes(padded.subarray(7)), IMAGE_BYTES);
});

Deno.test("a file that is no 64-bit little-endian ELF image is refused", () => {
  const elf32 = executable(0);
  elf32[4] = 1;
  for (const bytes of [new Uint8Array(), executable(0).subarray(0, 63), elf32, new Uint8Array(1000)]) {
    assertThrows(() => elfImageBytes(bytes), CannotCompile, "no 64-bit little-endian ELF image");
  }
});

Deno.test("the runtime is the executable without the program behind it", async () => {
  const runtime = executable(0);
  const expected = { bytes: IMAGE_BYTES, sha256: await sumOf(runtime) };
  assertEquals(await cutRuntime(executable(1000), expected), runtime);
});

Deno.test("a runtime with another sum is refused", async () => {
  const changed = executable(1000);
  changed[100] = 1;
  const expected = { bytes: IMAGE_BYTES, sha256: await sumOf(executable(0)) };
  await assertRejects(() => cutRuntime(changed, expected), CannotCompile, "its SHA-256 has to be");
});

Deno.test("a runtime of another length, or one cut short, is refused", async () => {
  const sha256 = await sumOf(executable(0));
  const longer = { bytes: IMAGE_BYTES + 1, sha256 };
  await assertRejects(() => cutRuntime(executable(1000), longer), CannotCompile, "bytes long");
  const whole = { bytes: IMAGE_BYTES, sha256 };
  const half = executable(0).subarray(0, 150);
  await assertRejects(() => cutRuntime(half, whole), CannotCompile, "bytes long");
});
