import {
  createContext,
  createElement,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";

import { ApiError } from "../http/errors.js";
import { openStore } from "../store/live_store.js";

/** @typedef {import("../../types/react.d.ts").SaaiProviderProps} SaaiProviderProps */
/** @typedef {import("../../types/routes.d.ts").VentaNueva} VentaNueva */
/** @typedef {import("../../types/store.d.ts").StoreSnapshot} StoreSnapshot */
/** @typedef {import("../../types/store.d.ts").LiveStore} LiveStore */
/** @typedef {Pick<LiveStore, "subscribe" | "getSnapshot" | "sell">} Store what the hooks need of one */

/** What is shown on a server, and in a browser until the first effect has run. @type {StoreSnapshot} */
const EMPTY = Object.freeze({
  connection: Object.freeze({ estado: "cargando", confirmado: null, vence: null }),
  loaded: false,
  failure: null,
  products: Object.freeze([]),
  sales: Object.freeze([]),
  totals: Object.freeze({ ventas: 0, ingresos: 0 }),
  notices: Object.freeze([]),
});

/** @type {Store} */
const NOTHING = {
  subscribe: () => () => {},
  getSnapshot: () => EMPTY,
  sell: () => Promise.reject(new ApiError("network")),
};

const Context = createContext(/** @type {Store | null} */ (null));

/**
 * Opens the store that all components below share, and closes it when it goes. Another address opens another store; what
 * else is given is read when it is needed. For another user, and for who logs in after a refusal, give it another `key`.
 *
 * @param {SaaiProviderProps} props
 */
export function SaaiProvider({ children, store, ...options }) {
  const [opened, setOpened] = useState(/** @type {LiveStore | null} */ (null));
  const latest = useRef(/** @type {Record<string, any>} */ (options));
  const { url, apiUrl } = /** @type {Record<string, any>} */ (options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    if (store) return undefined;
    const given = Object.entries(latest.current).map(([name, value]) => [
      name,
      // A component that renders again gives functions that see what it sees now.
      typeof value === "function" ? (/** @type {unknown[]} */ ...all) => latest.current[name](...all) : value,
    ]);
    const own = openStore(Object.fromEntries(given));
    setOpened(own);
    return () => own.close();
  }, [store, url, apiUrl]);
  return createElement(Context.Provider, { value: store ?? opened ?? NOTHING }, children);
}

/** @returns {Store} */
function useStore() {
  const store = useContext(Context);
  if (!store) throw new Error("SAAI's hooks need a <SaaiProvider> above them");
  return store;
}

/**
 * @template Part
 * @param {(snapshot: StoreSnapshot) => Part} part of the snapshot; it stays the same object until it changes
 * @returns {Part}
 */
export function useSnapshot(part) {
  const { subscribe, getSnapshot } = useStore();
  return useSyncExternalStore(
    subscribe,
    () => part(getSnapshot()),
    () => part(EMPTY),
  );
}

/** The products by name, each with its stock. */
export const useProducts = () => useSnapshot(({ products }) => products);

/** Today's sales, newest first. */
export const useSales = () => useSnapshot(({ sales }) => sales);

/** How many sales today, and their income in soles. */
export const useTotals = () => useSnapshot(({ totals }) => totals);

/** The newest notices. */
export const useNotices = () => useSnapshot(({ notices }) => notices);

/** What the screen may claim about its data: `texto` has the words. */
export const useConnection = () => useSnapshot(({ connection }) => connection);

/**
 * To sell: `sell` resolves to the sale's code, total and date, or to null where it failed, for the reason in `error`.
 * Repeated as it was after no answer came, it is the same sale.
 */
export function useSell() {
  const store = useStore();
  const [state, setState] = useState({ selling: false, error: /** @type {any} */ (null) });
  const sell = useCallback(
    async (/** @type {VentaNueva} */ sale) => {
      setState({ selling: true, error: null });
      try {
        const made = await store.sell(sale);
        setState({ selling: false, error: null });
        return made;
      } catch (error) {
        setState({ selling: false, error });
        return null;
      }
    },
    [store],
  );
  return { ...state, sell };
}
