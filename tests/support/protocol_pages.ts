// The pages of the protocol: docs/protocol.md and whatever is in docs/protocol/.

export interface Page {
  /** Within the repository: "docs/protocol/seats.md". */
  readonly path: string;
  readonly text: string;
}

const PROJECT = new URL("../../", import.meta.url);

export const FIRST_PAGE = "docs/protocol.md";

/** The first page first, the others by name. */
export async function readProtocolPages(): Promise<Page[]> {
  const names = await Array.fromAsync(Deno.readDir(new URL("docs/protocol/", PROJECT)), ({ name }) => name);
  const paths = [
    FIRST_PAGE,
    ...names.filter((name) => name.endsWith(".md")).sort().map((name) => `docs/protocol/${name}`),
  ];
  return await Promise.all(paths.map(readPage));
}

export async function readPage(path: string): Promise<Page> {
  return { path, text: await Deno.readTextFile(new URL(path, PROJECT)) };
}
