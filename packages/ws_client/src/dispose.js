/**
 * What a `using` block calls at its end; where the runtime doesn't know it yet, the symbol that a polyfill makes.
 *
 * @type {typeof Symbol.dispose}
 */
export const DISPOSE = Symbol.dispose ?? /** @type {any} */ (Symbol.for("Symbol.dispose"));
