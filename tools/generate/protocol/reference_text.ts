// What docs/protocol/reference.md says of each method: its first sentence, and its tables of params and members.

const REFERENCE = new URL("../../../docs/protocol/reference.md", import.meta.url);

export type Chapter = "Methods of the client" | "Methods of the server";

export interface MethodText {
  /** The first sentence. */
  readonly summary: string;
  /** The anchor of the section. */
  readonly anchor: string;
  /** What the tables say of each param, and of each member of the result, by name. */
  readonly params: ReadonlyMap<string, string>;
  readonly members: ReadonlyMap<string, string>;
}

export class ReferenceText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  static async read(): Promise<ReferenceText> {
    return new ReferenceText(await Deno.readTextFile(REFERENCE));
  }

  /** @throws {Error} if the reference has no such section */
  of(chapter: Chapter, method: string): MethodText {
    const body = this.#text.split(/^## /m).find((part) => part.startsWith(`${chapter}\n`)) ?? "";
    const section = body.split(/^### /m).slice(1).find((part) => part.split(/[,\n]/)[0] === method);
    if (section === undefined) {
      throw new Error(`docs/protocol/reference.md has no section ${method} in "${chapter}"`);
    }
    const [title, ...rest] = section.split("\n");
    const paragraph = rest.join("\n").trim().split("\n\n")[0]!;
    return {
      summary: plain(paragraph.replaceAll("\n", " ").replace(/(?<=\.) .*$/s, "")),
      anchor: title!.replaceAll(",", "").replaceAll(" ", "-"),
      params: rowsOf(section, "param"),
      members: rowsOf(section, "member"),
    };
  }
}

/** The last cell of each row by the names in the first, in the first table of the section with that head. */
function rowsOf(section: string, head: string): ReadonlyMap<string, string> {
  const table = section.split(/^####/m)[0]!.split("\n\n").find((part) =>
    new RegExp(`^\\| ${head} +\\|`).test(part)
  );
  const rows = (table ?? "").split("\n").slice(2).map((row) =>
    row.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  return new Map(
    rows.flatMap(([names = "", ...cells]) =>
      [...names.matchAll(/`(\w+)\??`/g)].map(([, name]) => [name!, plain(cells.at(-1) ?? "")] as const)
    ),
  );
}

/** Without the targets of links. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}
