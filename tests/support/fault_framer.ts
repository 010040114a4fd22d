/**
 * Frames of one direction of a link of the fault proxy: what becomes of each on its way into the pipe.
 *
 * While nobody watches, bytes go on at once, whole frame or not, and the end of each frame is only noted. While
 * somebody does, a frame is kept until it is whole and then goes on, or is dropped. One whose start has gone on always
 * goes on.
 *
 * @module
 */
import type { Mark, Pipe } from "./fault_pipe.ts";
import { type Frame, FrameScanner, UNFINISHED } from "./frames.ts";

/** What becomes of a frame. */
export interface Verdict {
  /** Whether it goes on. */
  passes: boolean;
  /** Called when it, or what was before it when it is dropped, has left. */
  left?: () => void;
  /** Whether it is the last: what comes after it is dropped. */
  last?: boolean;
}

/** Who decides. */
export interface Judge {
  /** Whether frames may be dropped now. */
  watches(): boolean;
  /** Decides on a frame; one that is not `free` goes on in any case. */
  decide(frame: Frame, free: boolean): Verdict;
}

/** Cuts bytes into frames and hands them to a pipe. */
export class Framer {
  readonly #scanner: FrameScanner;
  readonly #pipe: Pipe;
  readonly #judge: Judge;
  // What has come of a frame that is kept.
  #kept: Uint8Array[] = [];
  // Whether the start of the frame at hand has gone on.
  #begun = false;
  // What is to go between this frame and the next.
  #extra: Uint8Array[] = [];
  #done = false;

  constructor(what: "requests" | "replies", pipe: Pipe, judge: Judge) {
    this.#scanner = new FrameScanner(what);
    this.#pipe = pipe;
    this.#judge = judge;
  }

  /** Takes the next chunk. */
  receive(chunk: Uint8Array): void {
    let marks: Mark[] = [];
    // From here on the chunk is neither with the pipe, nor kept, nor dropped.
    let start = 0;
    const passUntil = (end: number): void => {
      if (end > start) this.#pipe.push(chunk.subarray(start, end), marks);
      marks = [];
      start = end;
    };
    for (let at = 0; at < chunk.length && !this.#done;) {
      const end = this.#scanner.next(chunk, at);
      const whole = end !== UNFINISHED;
      const stop = whole ? end : chunk.length;
      if (this.#kept.length > 0 || (!this.#begun && this.#judge.watches())) {
        passUntil(at);
        this.#kept.push(chunk.subarray(at, stop));
        start = stop;
        if (whole) this.#settle(this.#judge.decide(this.#scanner.frame, true));
        else if (this.#scanner.lost) this.#settle({ passes: true });
      } else {
        this.#begun = !whole && !this.#scanner.lost;
        const { left } = whole ? this.#judge.decide(this.#scanner.frame, false) : {};
        if (left !== undefined) marks.push({ at: stop - start, left });
      }
      at = stop;
      if (this.#begun || this.#extra.length === 0) continue;
      passUntil(at);
      for (const bytes of this.#extra.splice(0)) this.#pipe.push(bytes);
    }
    if (!this.#done) passUntil(chunk.length);
  }

  /** Adds bytes that did not come from the source, between two frames. */
  insert(bytes: Uint8Array): void {
    if (this.#begun) this.#extra.push(bytes);
    else if (!this.#done) this.#pipe.push(bytes);
  }

  #settle({ passes, left, last }: Verdict): void {
    const kept = this.#kept.splice(0);
    this.#done = last ?? false;
    if (passes) { for (const bytes of kept) this.#pipe.push(bytes); }
    if (left !== undefined) this.#pipe.push(new Uint8Array(0), [{ at: 0, left }]);
  }
}
