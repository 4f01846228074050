export { openStore } from "./live_store.js";
