export { connect } from "./connect.js";
export { combineCursors } from "./cursor.js";
export { ClientError } from "./errors.js";
export { texto } from "./texts.js";
