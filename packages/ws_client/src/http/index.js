export { createApi, newKey, pagesOf } from "./api.js";
export { ApiError } from "./errors.js";
