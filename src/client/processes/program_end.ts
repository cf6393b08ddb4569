// How a program ended, whatever ended it.

export interface ProgramEnd {
  /** 128 and the signal's number for one that a signal has ended. */
  readonly code: number;
  readonly signal?: string | undefined;
}

/** What the runtime says of a child process. */
export type ChildStatus = Promise<{ readonly code: number; readonly signal?: string | null | undefined }>;

const SIGNALLED_CODE = 128;

/**
 * Never rejects. The runtime has no names for real-time signals: it rejects the status of a program that one has ended,
 * and gives the signal's number only in the message.
 */
export async function endOf(status: ChildStatus): Promise<ProgramEnd> {
  try {
    const { code, signal } = await status;
    return { code, signal: signal ?? undefined };
  } catch (error) {
    const number = /\d+$/.exec(error instanceof Error ? error.message : "")?.[0];
    if (number === undefined) return { code: SIGNALLED_CODE, signal: "unknown signal" };
    return { code: SIGNALLED_CODE + Number(number), signal: `signal ${number}` };
  }
}
