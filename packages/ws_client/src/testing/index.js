export { fakeGateway } from "./gateway.js";
