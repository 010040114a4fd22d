/** Profiles: from the text of a file to options, and what is wrong with it told by file, line, profile and key. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readYaml } from "../../adapters/yaml.ts";
import type { ConnectOptions } from "../../src/connect_options.ts";
import { ProfileError } from "../../src/profile/profile_error.ts";
import { Profiles } from "../../src/profile/profiles.ts";
import { test } from "../support/harness.ts";
import { badRows, goodRows, unreadableRows, variables } from "./profile_rows.ts";

function read(
  text: string,
  name?: string,
  env: Readonly<Record<string, string | undefined>> = variables,
): ConnectOptions {
  return new Profiles("f.yaml", readYaml(text), env).optionsOf(name);
}

function faultOf(text: string, name?: string): ProfileError {
  try {
    read(text, name);
  } catch (error) {
    assert.ok(error instanceof ProfileError, String(error));
    return error;
  }
  throw new Error(`Cannot find the fault of ${text}: it was read`);
}

for (const [name, text, options] of goodRows) {
  test(`profiles: ${name}`, () => {
    assert.deepEqual(read(text, "p"), options);
  });
}

for (const [text, message] of badRows) {
  test(`profiles: ${JSON.stringify(text)} is refused`, () => {
    assert.equal(faultOf(text, "p").message, `Cannot use the ${message}`);
  });
}

for (const [text, message] of unreadableRows) {
  test(`profiles: ${JSON.stringify(text)} is no file of profiles`, () => {
    const fault = faultOf(text, "p");
    assert.equal(fault.message, `Cannot use the profiles (f.yaml:${message}`);
    assert.doesNotMatch(`${fault.stack} ${fault.cause}`, /hunter2/);
  });
}

test("profiles: an error has file, line, profile and key", () => {
  const { name, file, line, profile, key } = faultOf("profiles:\n  p:\n    tls:\n      key: 1", "p");
  assert.deepEqual({ name, file, line, profile, key }, {
    name: "ProfileError",
    file: "f.yaml",
    line: 4,
    profile: "p",
    key: "tls.key",
  });
});

test("profiles: without a name it is the default", () => {
  assert.deepEqual(read("default: q\nprofiles: { p: { port: 1 }, q: { port: 2 } }"), { port: 2 });
  assert.deepEqual(read("default: ${UNSET:-p}\nprofiles: { p: { port: 1 }, q: { port: 2 } }"), { port: 1 });
});

test("profiles: a default that is absent or wrong is refused", () => {
  const messages = ["", "default: 1\n", "default: q\n", "default: '${NOWHERE}'\n", "default: ${UNSET}\n"]
    .map((line) => faultOf(`${line}profiles: { p: {} }`).message);
  assert.deepEqual(messages, [
    'Cannot use the profiles (f.yaml): it has no "default", so a profile is to be named',
    "Cannot use the profiles (f.yaml:1, default): it must be the name of a profile",
    'Cannot use the profiles (f.yaml:1, default): there is no profile of that name, but "p"',
    'Cannot use the profiles (f.yaml:1, default): there is no profile of that name, but "p"',
    "Cannot use the profiles (f.yaml:1, default): the environment variable UNSET is not set",
  ]);
});

test("profiles: a variable that may not be read is an error with the runtime's own as its cause", () => {
  const cause = new Error("not allowed");
  const env = {
    get PASSWORD(): string {
      throw cause;
    },
  };
  const text = "profiles:\n  p:\n    password: ${PASSWORD}";
  assert.throws(() => read(text, "p", env), {
    message: 'Cannot use the profile "p" (f.yaml:3, password): the environment variable PASSWORD may not be read',
    cause,
  });
});

test("profiles: anchors within anchors end at a number of values", () => {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`)}]`,
  );
  const { message } = faultOf(
    ["profiles:", "  p:", ...["a0: &a0 x", ...levels].map((line) => `    ${line}`)].join("\n"),
  );
  assert.match(message, /^Cannot use the profiles \(f\.yaml:\d+\): there are more than 10000 values$/);
});

test("profiles: whatever stands in the environment never stands in a message", () => {
  const key = fc.constantFrom("port", "tls", "url", "protocol", "limits", "onPush", "extends", "clientName");
  fc.assert(fc.property(key, fc.string({ minLength: 8, unit: "binary" }), (key, value) => {
    try {
      read(`profiles:\n  p:\n    ${key}: "\${SECRET}"`, "p", { SECRET: value });
    } catch (error) {
      assert.ok(error instanceof ProfileError);
      assert.ok(!error.message.includes(value), "the message repeats the value");
    }
  }));
});

test("profiles: any text is read, or refused with a ProfileError", () => {
  const piece = fc.constantFrom(
    ..."profiles:|default:|p|extends|port|: |\n|  |    |- |{|}|[|]|,|\"|'|&a |*a|!t |#|---|1|${|}|?|\t|\\".split("|"),
  );
  const start = fc.constantFrom("", "profiles:\n  p:\n    ");
  fc.assert(
    fc.property(start, fc.array(piece, { maxLength: 25 }), (start, pieces) => {
      try {
        read(start + pieces.join(""), "p");
      } catch (error) {
        assert.ok(error instanceof ProfileError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});
