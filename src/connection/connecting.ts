/**
 * Those who wait until a connection can be used.
 *
 * @module
 */

/** One promise for all of them. */
export class Connecting {
  /** Resolves when it can be used. */
  readonly promise: Promise<void>;
  /** It can be used. */
  resolve!: () => void;
  /** It cannot. */
  reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}
