/**
 * What went wrong outside the application, as `onError` gets it. `code` is one of
 * - `frame`: the server sent something that the protocol doesn't know; it was ignored
 * - `foreign`: an event of another store; it was not delivered
 * - `server`: the server answered with an error
 * - `stalled`: the server's answers led nowhere; the connection is replaced
 * - `silent`: the server didn't answer in time; the connection is replaced
 * - `refused`: the token or ticket is not accepted; the client has stopped
 * - `reload`: a snapshot didn't come in time; it is asked for again
 */
export class ClientError extends Error {
  /**
   * @param {import("../types/index.d.ts").ClientErrorCode} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = "ClientError";
    this.code = code;
  }
}
