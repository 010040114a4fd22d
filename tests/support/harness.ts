/**
 * One test API on Deno, Bun and Node.
 *
 * Tests are flat: `test(name, [options], (t) => …)`. On Deno they are `Deno.test`, so that its runner sees
 * errors outside of tests and its sanitizers see leaks (`node:test` under Deno misses both); elsewhere they
 * are `node:test`, which Bun maps to its own runner. Every test has a time limit of its own and ends with the
 * clean-up that it asked for, also when it failed.
 *
 * Leaks: Deno's sanitizers hold a test to what it opened itself, so what `beforeAll` opened is to be closed in `afterAll`,
 * not in a test. They do not see sockets of `node:net`, which Node does: there a file fails whose handles stay open.
 *
 * Limits: no nesting, no retries, no focus.
 *
 * @module
 */
import process from "node:process";

/** What a test is handed. */
export interface Context {
  /** Runs after the test, last given first, also when the test failed. */
  defer(cleanUp: () => unknown): void;
}

/** Settings of one test. */
export interface Options {
  /** A reason to leave the test out; false or absent runs it. */
  skip?: string | false | undefined;
  /** Milliseconds until the test counts as failed; 10,000 when absent. */
  timeoutMs?: number;
}

type Body = (t: Context) => unknown;
type Hook = () => void | Promise<void>;

interface DenoTest {
  (definition: { name: string; ignore: boolean; fn: Hook }): void;
  beforeAll(hook: Hook): void;
  afterAll(hook: Hook): void;
}

interface NodeTest {
  test(name: string, options: { skip: string | false; timeout: number }, fn: Hook): unknown;
  before(hook: Hook): void;
  after(hook: Hook): void;
}

const DEFAULT_TIMEOUT_MS = 10_000;

// The runner's own limit is only for clean-up that never ends: the harness's limit comes first.
const CLEAN_UP_MS = 10_000;

// Time for what is closing when the last test has ended.
const OPEN_HANDLES_MS = 5_000;

const denoTest = (globalThis as { Deno?: { test: DenoTest } }).Deno?.test;
const nodeTest = denoTest ? undefined : (await import("node:test")) as NodeTest;

// Node alone waits for open handles, for ever; its --test-force-exit would lose reports of tests that passed.
if (nodeTest && !process.versions.bun) {
  nodeTest.after(() => {
    setTimeout(() => {
      console.error(`Cannot end: the tests left open ${process.getActiveResourcesInfo().join(", ")}`);
      process.exit(1);
    }, OPEN_HANDLES_MS).unref();
  });
}

/** Registers one test. */
export function test(name: string, body: Body): void;
/** Registers one test with settings. */
export function test(name: string, options: Options, body: Body): void;
export function test(title: string, first: Options | Body, second?: Body): void {
  // Runners report control characters in names each in their own way, and names are compared.
  // deno-lint-ignore no-control-regex
  const name = title.replace(/[\x00-\x1f\x7f]/g, (character) => encodeURIComponent(character));
  const options = typeof first === "function" ? {} : first;
  const body = typeof first === "function" ? first : second!;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const skip = options.skip ?? false;
  const fn = () => run(name, timeoutMs, body);
  if (denoTest) denoTest({ name, ignore: skip !== false, fn });
  else void nodeTest!.test(name, { skip, timeout: timeoutMs + CLEAN_UP_MS }, fn);
}

/** Runs once before the file's tests. */
export function beforeAll(hook: Hook): void {
  if (denoTest) denoTest.beforeAll(hook);
  else nodeTest!.before(() => hook());
}

/** Runs once after the file's tests; a throw fails the run. */
export function afterAll(hook: Hook): void {
  if (denoTest) denoTest.afterAll(hook);
  else nodeTest!.after(() => hook());
}

async function run(name: string, timeoutMs: number, body: Body): Promise<void> {
  const cleanUps: (() => unknown)[] = [];
  const errors: unknown[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Cannot finish "${name}": no result in ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([settle(() => body({ defer: (cleanUp) => void cleanUps.push(cleanUp) })), late]);
  } catch (error) {
    errors.push(error);
  } finally {
    clearTimeout(timer);
  }
  for (const cleanUp of cleanUps.reverse()) {
    try {
      await cleanUp();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  // Not every runner prints the parts of an AggregateError.
  if (errors.length > 1) throw new AggregateError(errors, errors.map(describe).join("\n\n"));
}

/** Makes a throw of a synchronous body a rejection. */
async function settle(body: () => unknown): Promise<void> {
  await body();
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? String(error) : String(error);
}
