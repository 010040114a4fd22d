/**
 * Variables of the environment in the texts of a profile: `${NAME}`, `${NAME:-default}`, and `$${` for `${` itself.
 *
 * @module
 */

/** Variables by name; those of the process, or others in their place. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Makes the error of one text. */
export type Refuse = (why: string, options?: ErrorOptions) => Error;

const VARIABLE = /\$\$\{|\$\{(?:([A-Za-z_]\w*)(?::-([^}]*))?\})?/g;

/** Whether a text asks for a variable. */
export function hasVariable(text: string): boolean {
  return text.replaceAll("$${", "").includes("${");
}

/**
 * A text with its variables filled in; what comes from one is not looked at again. The default stands in for a variable
 * that is not set or empty, as in a shell.
 */
export function substitute(text: string, env: Environment, refuse: Refuse): string {
  return text.replace(VARIABLE, (found: string, name: string | undefined, otherwise: string | undefined) => {
    if (found === "$${") return "${";
    if (name === undefined) throw refuse("it holds ${ without a name and }, which is to be written as $${");
    const value = lookUp(name, env, refuse);
    if (value !== undefined && (value !== "" || otherwise === undefined)) return value;
    if (otherwise === undefined) throw refuse(`the environment variable ${name} is not set`);
    return otherwise;
  });
}

function lookUp(name: string, env: Environment, refuse: Refuse): string | undefined {
  let value: unknown;
  try {
    value = env[name];
  } catch (cause) {
    // Deno's, for a variable that the program may not see.
    throw refuse(`the environment variable ${name} may not be read`, { cause });
  }
  // What a plain object inherits, such as `constructor`, is no variable.
  return typeof value === "string" ? value : undefined;
}
