// How checks report what is wrong.

export interface Violation {
  /** The true time, in ms. */
  readonly at: number;
  /** What does not hold: "G1" to "G11", "hooks", "unfit", "liveness", "left over" or "fault". */
  readonly guarantee: string;
  readonly message: string;
}

export type Violate = (guarantee: string, message: string) => void;
