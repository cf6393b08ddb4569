// Reads links and headings out of Markdown, as GitHub shows it.

export interface Link {
  /** The target as written, without a `"title"`. */
  readonly target: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Inline links and images, and the `src` and `href` of HTML; those within code are text. */
export function readLinks(markdown: string): Link[] {
  return proseLines(markdown).flatMap(({ text, line }) =>
    [...withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|\b(?:src|srcset|href)="([^"]+)"/g)]
      .map(([, inline, html]) => ({ target: (inline ?? html)!, line }))
  );
}

/** The anchors of the headings, and of `id` and `name` in HTML. */
export function readAnchors(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const { text } of proseLines(markdown)) {
    for (const [, id] of text.matchAll(/<\w+ (?:id|name)="([^"]+)"/g)) anchors.add(id!);
    const [, title] = /^#{1,6} +(.+?)(?: +#+)?$/.exec(text) ?? [];
    if (title === undefined) continue;
    const slug = slugOf(title);
    let anchor = slug;
    for (let copy = 1; anchors.has(anchor); copy++) anchor = `${slug}-${copy}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** As GitHub makes it: lower case, punctuation dropped, a dash for each space. */
function slugOf(title: string): string {
  const text = title.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return text.toLowerCase().replace(/[^\p{Letter}\p{Mark}\p{Number} _-]/gu, "").replaceAll(" ", "-");
}

/** All lines outside fenced blocks. */
function proseLines(markdown: string): { text: string; line: number }[] {
  let fence: string | undefined;
  return markdown.split("\n").map((text, index) => ({ text, line: index + 1 })).filter(({ text }) => {
    const mark = /^ *(`{3,}|~{3,})/.exec(text)?.[1];
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence)) {
      fence = undefined;
      return false;
    }
    return fence === undefined;
  });
}

function withoutCode(text: string): string {
  return text.replace(/(`+)[^`]+\1/g, (code) => "`".repeat(code.length));
}
