// What a terminal sends, in pieces: keys one by one, and pasted text without the brackets that the terminal puts around it
// when it is asked to (bracketed paste, mode 2004 of xterm). Pure.

export type KeyPiece =
  /** A character; a special key is a sequence of them. */
  | { readonly kind: "key"; readonly text: string }
  /** Text of a paste, or a part of it. */
  | { readonly kind: "pasted"; readonly text: string }
  | { readonly kind: "paste_end" };

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";
/** Escape alone is a key: it is not kept back to see whether more follows. */
const MIN_KEPT_LENGTH = 2;

export class KeyReader {
  #isPasting = false;
  /** The start of a bracket whose end has not arrived. */
  #rest = "";

  *read(text: string): Generator<KeyPiece> {
    let left = this.#rest + text;
    this.#rest = "";
    while (left !== "") {
      const bracket = this.#isPasting ? PASTE_END : PASTE_START;
      const at = left.indexOf(bracket);
      const end = at < 0 ? left.length - keptLength(left, bracket) : at;
      yield* this.#pieces(left.slice(0, end));
      if (at < 0) {
        this.#rest = left.slice(end);
        return;
      }
      if (this.#isPasting) yield { kind: "paste_end" };
      this.#isPasting = !this.#isPasting;
      left = left.slice(at + bracket.length);
    }
  }

  *#pieces(text: string): Generator<KeyPiece> {
    if (!this.#isPasting) {
      for (const character of text) yield { kind: "key", text: character };
    } else if (text !== "") yield { kind: "pasted", text };
  }
}

/** The length of the end of `text` with which `bracket` may begin. */
function keptLength(text: string, bracket: string): number {
  for (let length = bracket.length - 1; length >= MIN_KEPT_LENGTH; length--) {
    if (text.endsWith(bracket.slice(0, length))) return length;
  }
  return 0;
}
