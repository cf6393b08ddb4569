// The machines that a release is for.

/** One kind of machine. */
export interface Target {
  /** In the name of its archive. */
  readonly name: string;
  /** For `deno compile --target`. */
  readonly triple: string;
  /** Of an executable's name. */
  readonly ending: "" | ".exe";
  /** The name of its architecture in Debian; absent: there is no package for it. */
  readonly debian?: string;
}

export const TARGETS: readonly Target[] = [
  { name: "linux-x86_64", triple: "x86_64-unknown-linux-gnu", ending: "", debian: "amd64" },
  { name: "linux-arm64", triple: "aarch64-unknown-linux-gnu", ending: "", debian: "arm64" },
  { name: "macos-x86_64", triple: "x86_64-apple-darwin", ending: "" },
  { name: "macos-arm64", triple: "aarch64-apple-darwin", ending: "" },
  { name: "windows-x86_64", triple: "x86_64-pc-windows-msvc", ending: ".exe" },
];
