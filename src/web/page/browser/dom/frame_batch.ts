// Draws at most once per animation frame, however many changes arrive in between.

export class FrameBatch {
  readonly #draw: () => void;
  #isScheduled = false;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }
}
