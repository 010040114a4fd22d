/** What the scenarios check with: workerd has no `node:assert` unless it is asked to. */

/** Holds two values against each other by their JSON, in which bigint and bytes are not to be. */
export function same(actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`Cannot go on: ${is} is not ${should}`);
}

/** Waits for an error and holds it against its name and a pattern of its message; gives the error. */
export async function fails(doing: Promise<unknown>, name: string, message: RegExp): Promise<Error> {
  const error = await doing.then(() => undefined, (error) => error as Error);
  if (error === undefined) throw new Error(`Cannot go on: there was no ${name}`);
  if (error.name !== name || !message.test(error.message)) {
    throw new Error(`Cannot go on: ${error.name}: ${error.message}, not ${name} with ${message}`, { cause: error });
  }
  return error;
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The timers that were made since the counting began. */
export interface TimerCount {
  readonly made: number;
  /** Those that have neither rung nor been called off. */
  readonly pending: number;
  /** Ends the counting. */
  restore(): void;
}

/** Counts the timers that anything makes from now on. */
export function countTimers(): TimerCount {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const pending = new Set<unknown>();
  let made = 0;
  const counted = (callback: () => void, delayMs?: number): unknown => {
    made++;
    const id = set(() => {
      pending.delete(id);
      callback();
    }, delayMs);
    pending.add(id);
    return id;
  };
  globalThis.setTimeout = counted as typeof set;
  globalThis.clearTimeout = (id) => {
    pending.delete(id);
    clear(id);
  };
  return {
    get made() {
      return made;
    },
    get pending() {
      return pending.size;
    },
    restore() {
      Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    },
  };
}
