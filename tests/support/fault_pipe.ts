/**
 * One direction of a link of the fault proxy: a queue of bytes between two sockets, and when each piece of it leaves.
 *
 * Order is kept whatever the pace. A piece is a chunk as it came, or a part of one under `drip` and `chunks`; under
 * `delay` each leaves a random time after its chunk has come, but not before the one ahead of it, so a delay costs time
 * and no throughput. The source is held back while much is queued, as a peer would be that reads slowly. Its end is
 * queued behind its bytes.
 *
 * Limits: pieces are written apart, in turns of the event loop of their own; what the kernel makes of them is its own.
 *
 * @module
 */
import type { Socket } from "node:net";
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from "node:timers";

/** How a link ends: in order, or broken off. */
export type EndHow = "end" | "reset";

/** A fixed number of bytes at a time. */
export interface Drip {
  /** The size of a piece. */
  bytes: number;
  /** Milliseconds between two pieces; when 0 or absent, a turn of the event loop. */
  everyMs?: number;
}

/** How long each piece takes, at random between two bounds. */
export interface Delay {
  minMs: number;
  maxMs: number;
}

/** The size of each piece, at random between two bounds, both within. */
export interface Chunks {
  min: number;
  max: number;
}

/** How bytes go in one direction; shared by all links, and changed while they live. */
export interface Pace {
  stalled: boolean;
  /** Whether a stalled direction still reads, into memory. */
  reads: boolean;
  drip: Drip | undefined;
  delay: Delay | undefined;
  chunks: Chunks | undefined;
}

/** What is to be called when the bytes before a place have left. */
export interface Mark {
  /** The place, counted from the start of what it was pushed with. */
  at: number;
  left: () => void;
}

interface Segment {
  bytes: Uint8Array;
  arrivedMs: number;
  marks: Mark[];
  sent: number;
}

/** What a {@linkcode Pipe} is made of. */
export interface PipeParts {
  /** Held back while much is queued; absent when nothing comes. */
  source: Socket | undefined;
  target: Socket;
  pace: Pace;
  random: () => number;
  /** Is told how many bytes have left. */
  moved: (count: number) => void;
}

const MOST_QUEUED = 262_144;

// Deno looks for what sockets have to read once in 61 turns while it is busy; with fewer between two pieces, they would
// be read as one. All of them take a tenth of a millisecond.
const TURNS = 64;

/** Carries bytes to a socket at a pace. */
export class Pipe {
  readonly #parts: PipeParts;
  #queue: Segment[] = [];
  #queued = 0;
  #held = false;
  // Whether the target has to drain first.
  #full = false;
  // Whether a piece that is apart has not left.
  #leaving = false;
  // Calls off the turn or the time that the next piece waits for.
  #callOff: (() => void) | undefined;
  // When the next piece is due.
  #dueMs: number | undefined;
  #ending: EndHow | undefined;
  #over = false;

  constructor(parts: PipeParts) {
    this.#parts = parts;
    parts.target.on("drain", () => {
      this.#full = false;
      this.pump();
    });
    parts.target.on("close", () => this.discard());
  }

  /** Adds bytes, which may be none, and marks among them in their order. */
  push(bytes: Uint8Array, marks: Mark[] = []): void {
    if (this.#over || this.#ending !== undefined) return;
    this.#queue.push({ bytes, arrivedMs: performance.now(), marks, sent: 0 });
    this.#queued += bytes.length;
    this.pump();
  }

  /** Ends the target behind all that is queued; how is decided by who says it first. */
  finish(how: EndHow): void {
    this.#ending ??= how;
    this.pump();
  }

  /** Forgets what is queued and what will come; the source is read on, so that its end is seen. */
  discard(): void {
    this.#over = true;
    this.#queue = [];
    this.#queued = 0;
    this.#callOff?.();
    this.#throttle();
  }

  /** Goes by the pace as it is now. */
  repace(): void {
    this.#callOff?.();
    this.#dueMs = undefined;
    this.pump();
  }

  /** Lets all leave that may. */
  pump(): void {
    const { pace, target } = this.#parts;
    while (this.#callOff === undefined && !this.#leaving && !this.#over && !this.#full && !pace.stalled) {
      const segment = this.#queue[0];
      if (segment === undefined) {
        if (this.#ending === undefined) break;
        this.#over = true;
        if (this.#ending === "reset") reset(target);
        else target.end();
        break;
      }
      const waitMs = this.#due(segment) - performance.now();
      if (waitMs > 0) this.#pumpIn(waitMs);
      else this.#write(segment);
    }
    this.#throttle();
  }

  #due(segment: Segment): number {
    const { pace: { delay }, random } = this.#parts;
    if (delay === undefined) return 0;
    this.#dueMs ??= segment.arrivedMs + delay.minMs + random() * (delay.maxMs - delay.minMs);
    return this.#dueMs;
  }

  #write(segment: Segment): void {
    const end = Math.min(segment.bytes.length, segment.sent + this.#size());
    const piece = segment.bytes.subarray(segment.sent, end);
    segment.sent = end;
    this.#dueMs = undefined;
    this.#queued -= piece.length;
    if (end === segment.bytes.length) this.#queue.shift();
    if (piece.length > 0) {
      const { pace: { drip, chunks }, target, moved } = this.#parts;
      const left = (drip ?? chunks) === undefined ? undefined : this.#apart(drip?.everyMs ?? 0);
      this.#full = !target.write(piece, left);
      moved(piece.length);
    }
    while (segment.marks.length > 0 && segment.marks[0].at <= end) segment.marks.shift()!.left();
  }

  /** Holds the next piece until one has left and some time has passed: else the two would leave as one. */
  #apart(everyMs: number): () => void {
    this.#leaving = true;
    return () => {
      this.#leaving = false;
      if (!this.#over) this.#pumpIn(everyMs);
    };
  }

  #size(): number {
    const { pace: { drip, chunks }, random } = this.#parts;
    if (drip !== undefined) return drip.bytes;
    if (chunks !== undefined) return chunks.min + Math.floor(random() * (chunks.max - chunks.min + 1));
    return Infinity;
  }

  #pumpIn(ms: number): void {
    const goOn = (): void => {
      this.#callOff = undefined;
      this.pump();
    };
    const callOff = ms > 0 ? afterTime(ms, goOn) : afterTurns(goOn);
    this.#callOff = () => {
      this.#callOff = undefined;
      callOff();
    };
  }

  #throttle(): void {
    const { source, pace } = this.#parts;
    const hold = !this.#over && (pace.stalled ? !pace.reads : this.#queued > MOST_QUEUED);
    if (hold === this.#held) return;
    this.#held = hold;
    if (hold) source?.pause();
    else source?.resume();
  }
}

function afterTime(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, Math.ceil(ms));
  return () => clearTimeout(timer);
}

/** Calls back when every socket has had its turn. Gives the function that calls it off. */
function afterTurns(callback: () => void): () => void {
  let left = TURNS, next: ReturnType<typeof setImmediate>;
  function turn(): void {
    if (left-- > 0) next = setImmediate(turn);
    else callback();
  }
  turn();
  return () => clearImmediate(next);
}

/** Breaks a link off; safe on one that is gone. */
export function reset(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}
