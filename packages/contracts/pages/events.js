/* The events and messages of the WebSocket, as AsyncAPI's own component shows them. */

const schema = document.getElementById("document").textContent;
globalThis.AsyncApiStandalone.render(
  { schema, config: { show: { sidebar: true, errors: false }, sidebar: { showOperations: "byDefault" } } },
  document.getElementById("page"),
);

// Only the local AWS has a console beside this page.
if (location.protocol.startsWith("http")) {
  fetch("/config.json").then((response) => {
    document.getElementById("console").hidden = !response.ok;
  });
}
