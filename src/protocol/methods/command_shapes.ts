// The result of `commands`: what may be sent, and with which arguments. Keys that are not known are ignored, since a
// later version of the protocol may add some.

import { array, boolean, integer, number, object, optional, type Shape, string } from "./shapes.ts";

/** What an argument may be. Without `one_of`, `pattern` and `integer`: any text. */
export interface ArgumentInfo {
  /** Its name. */
  readonly name: string;
  /** It may be left out. */
  readonly optional?: boolean | undefined;
  /** It stands for all further arguments. */
  readonly rest?: boolean | undefined;
  /** The values that it may have. */
  readonly one_of?: string[] | undefined;
  /** An RE2 pattern that all of it has to match. */
  readonly pattern?: string | undefined;
  /** It is an integer. */
  readonly integer?: boolean | undefined;
  /** The least integer. */
  readonly min?: number | undefined;
  /** The greatest integer. */
  readonly max?: number | undefined;
  /** Its greatest length in bytes of UTF-8. */
  readonly max_bytes: number;
}

/** A command that may be sent. */
export interface CommandInfo {
  /** Its name. */
  readonly name: string;
  /** What it does; absent: the server's configuration does not say. */
  readonly description?: string | undefined;
  /** Its arguments, in order; absent: any. */
  readonly args?: ArgumentInfo[] | undefined;
  /** Only the ranks 0 to `max_rank` may send it; absent: every rank. */
  readonly max_rank?: number | undefined;
  /** To how many executors it may go; absent: to all. */
  readonly max_executors?: number | undefined;
  /** How long the server waits for the executors, in ms. */
  readonly timeout_ms: number;
}

/** The commands that may be sent. */
export interface CommandList {
  /** In the order of the server's configuration. */
  readonly commands: CommandInfo[];
}

const argumentShape: Shape<ArgumentInfo> = object<ArgumentInfo>({
  name: string,
  optional: optional(boolean),
  rest: optional(boolean),
  one_of: optional(array(string)),
  pattern: optional(string),
  integer: optional(boolean),
  min: optional(number),
  max: optional(number),
  max_bytes: integer(1),
});

export const commandListShape: Shape<CommandList> = object<CommandList>({
  commands: array(object<CommandInfo>({
    name: string,
    description: optional(string),
    args: optional(array(argumentShape)),
    max_rank: optional(integer(0)),
    max_executors: optional(integer(1)),
    timeout_ms: integer(1),
  })),
});
