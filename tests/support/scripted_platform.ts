/**
 * A platform in the hand of a test: dials that it answers, streams whose every write it sees.
 *
 * @module
 */
import assert from "node:assert/strict";
import { webText } from "../../src/resp/text.ts";
import type { ByteSink, ByteStream, Platform, Target } from "../../src/stream.ts";
import { textOf, utf8 } from "./wire.ts";

/** One stream. */
export class ScriptedStream implements ByteStream {
  /** The text of every write. */
  readonly writes: string[] = [];
  /** The memory that each write was read from. */
  readonly memory: unknown[] = [];
  /** What `write` says. */
  takes = true;
  /** Called in the middle of a write. */
  onWrite: (() => void) | undefined;
  /** Whether its owner closed it. */
  closed = false;
  /** Whether it ends by itself when its owner closes it, as it should, at once. */
  endsAtOnce = true;
  // What was written and not taken: it must not change before it has left.
  #held: { bytes: Uint8Array; copy: Uint8Array }[] = [];
  #sink: ByteSink | undefined;
  #ended = false;

  open(sink: ByteSink): void {
    assert.equal(this.#sink, undefined, "a stream is opened once");
    this.#sink = sink;
  }

  write(bytes: Uint8Array): boolean {
    assert.ok(this.#sink !== undefined && bytes.length > 0);
    this.writes.push(textOf(bytes));
    this.memory.push(bytes.buffer);
    if (!this.takes) this.#held.push({ bytes, copy: bytes.slice() });
    this.onWrite?.();
    return this.takes;
  }

  pause(): void {}

  resume(): void {}

  close(): void {
    this.closed = true;
    if (this.endsAtOnce) queueMicrotask(() => this.end());
  }

  /** The server says this, in one chunk, which is overwritten then, as a socket's is. */
  send(wire: string | Uint8Array): void {
    if (this.#ended) return;
    const chunk = utf8(wire).slice();
    this.#sink!.received(chunk);
    chunk.fill(0x2b);
  }

  /** All that was held back leaves, and later writes are taken. */
  drain(): void {
    for (const { bytes, copy } of this.#held.splice(0)) assert.deepEqual(bytes, copy, "held bytes were changed");
    this.takes = true;
    if (!this.#ended) this.#sink!.drained();
  }

  /** The stream ends, with an error or by the server. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sink!.closed(error);
  }
}

/** A dial that has not been answered, or was. */
export interface ScriptedDial {
  readonly target: Target;
  readonly signal: AbortSignal | undefined;
  /** The stream that it gives, or gave. */
  readonly stream: ScriptedStream;
  /** Gives the stream. */
  accept(): void;
  /** Refuses. */
  refuse(error: Error): void;
}

/** A platform whose dials a test answers. */
export class ScriptedPlatform implements Platform {
  readonly name = "scripted";
  readonly text: typeof webText = webText;
  /** All dials so far. */
  readonly dials: ScriptedDial[] = [];
  /** Whether a dial fails when its signal aborts, as it should. */
  heeds = true;

  readonly dial = (target: Target, signal?: AbortSignal): Promise<ByteStream> =>
    new Promise((resolve, reject) => {
      const stream = new ScriptedStream();
      this.dials.push({ target, signal, stream, accept: () => resolve(stream), refuse: reject });
      if (this.heeds) signal?.addEventListener("abort", () => reject(signal.reason));
    });

  /** The newest dial. */
  get last(): ScriptedDial {
    return this.dials[this.dials.length - 1];
  }
}
