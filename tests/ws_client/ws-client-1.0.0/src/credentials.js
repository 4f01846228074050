/**
 * A token or one-use ticket as it goes into the URL, with what it says about itself: the store, and when it ends
 * (epoch milliseconds; a ticket doesn't say).
 *
 * @typedef {{ parameter: "token" | "ticket", value: string, tenant: string | null, expires: number | null }} Credential
 */

/**
 * Read what a ticket (`{tenant}.{random}`) or a JWT's claims say. They aren't verified: the server does that.
 *
 * @param {"token" | "ticket"} parameter
 * @param {unknown} value
 * @returns {Credential}
 * @throws {TypeError} when it isn't text
 */
export function readCredential(parameter, value) {
  if (typeof value !== "string") throw new TypeError(`the ${parameter} must be a string`);
  const claims = parameter === "token" ? claimsOf(value) : { tenant_id: value.split(".", 1)[0] };
  return {
    parameter,
    value,
    tenant: typeof claims.tenant_id === "string" ? claims.tenant_id : null,
    expires: typeof claims.exp === "number" ? claims.exp * 1000 : null,
  };
}

/**
 * @param {string} url of the stage
 * @param {Credential} credential
 */
export function withCredential(url, { parameter, value }) {
  const address = new URL(url);
  address.searchParams.set(parameter, value);
  return address.href;
}

/**
 * Tell whether a failure to get a token or ticket is a refusal: an error whose `status` is 401 or 403, or our own.
 *
 * @param {unknown} error
 */
export function isRefusal(error) {
  const { status, code } = /** @type {{ status?: unknown, code?: unknown }} */ (error ?? {});
  return status === 401 || status === 403 || code === "refused";
}

/**
 * @param {string} token
 * @returns {Record<string, unknown>} empty when it can't be read
 */
function claimsOf(token) {
  try {
    const binary = atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"));
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
    return typeof claims === "object" && claims !== null ? claims : {};
  } catch {
    return {};
  }
}
