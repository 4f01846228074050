/* The HTTP API, as Scalar shows it. Beside a local AWS: with its address, and a token of whoever is chosen. */

const text = document.getElementById("document").textContent;
const people = document.getElementById("person");
let reference;

/** What the local AWS offers to try; null where the page stands alone. */
async function configuration() {
  if (!location.protocol.startsWith("http")) return null;
  const response = await fetch("/config.json");
  return response.ok ? response.json() : null;
}

function show(local) {
  const options = {
    content: JSON.parse(text),
    // Nothing is asked of anybody else.
    withDefaultFonts: false,
    telemetry: false,
    proxyUrl: "",
    agent: { disabled: true },
    mcp: { disabled: true },
    showDeveloperTools: "never",
    hideClientButton: true,
    documentDownloadType: "json",
    hideTestRequestButton: local === null,
    hiddenClients: { c: true, clojure: true, csharp: true, dart: true, fsharp: true, go: true, java: true, kotlin: true,
      objc: true, ocaml: true, php: true, powershell: true, r: true, ruby: true, rust: true, swift: true },
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  };
  if (local !== null) {
    options.servers = [{ url: local.api_url, description: "The local AWS" }];
    options.authentication = {
      preferredSecurityScheme: "token",
      securitySchemes: { token: { token: people.value } },
    };
  }
  reference?.destroy();
  reference = globalThis.Scalar.createApiReference("#page", options);
}

/** Offer the stores' people: the owner first, whom every route serves. */
function offer(tiendas) {
  for (const { nombre, usuarios } of tiendas) {
    const group = document.createElement("optgroup");
    group.label = nombre;
    for (const { nombre: name, rol, token } of usuarios) {
      group.append(new Option(`${name} (${rol})`, token, rol === "ADMIN" && people.value === ""));
    }
    people.append(group);
  }
  const owner = [...people.options].find((option) => option.text.endsWith("(ADMIN)"));
  if (owner) owner.selected = true;
  people.parentElement.hidden = false;
}

configuration().then((local) => {
  if (local !== null) offer(local.tiendas);
  people.addEventListener("change", () => show(local));
  show(local);
});
