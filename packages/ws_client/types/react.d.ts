/** What `@saai/ws-client/react` offers. React 18 or 19. */
import type { ReactElement, ReactNode } from "react";

import type { ApiError } from "./http.d.ts";
import type { ConnectionState } from "./index.d.ts";
import type { Notificacion, VentaHecha, VentaNueva } from "./routes.d.ts";
import type { LiveStore, StoreOptions, StoreProduct, StoreSale, StoreSnapshot } from "./store.d.ts";

/** The options of `openStore`, or a store that is open already. */
export type SaaiProviderProps = { children?: ReactNode } & (
  | (StoreOptions & { store?: undefined })
  | ({ store: LiveStore } & { [Name in keyof StoreOptions]?: undefined })
);

/**
 * Opens the store that all components below share, and closes it when it goes. Another address opens another store; for
 * another user, and for who logs in after a refusal (`motivo` of the connection), give it another `key`.
 */
export function SaaiProvider(props: SaaiProviderProps): ReactElement;

/** The products by name, each with its stock. */
export function useProducts(): readonly StoreProduct[];
/** Today's sales, newest first. */
export function useSales(): readonly StoreSale[];
/** How many sales today, and their income in soles. */
export function useTotals(): StoreSnapshot["totals"];
/** The newest notices. */
export function useNotices(): readonly Notificacion[];
/** What the screen may claim about its data: `texto` has the words. */
export function useConnection(): ConnectionState;
/** Any part of the snapshot; it has to be the same object until it changes. */
export function useSnapshot<Part>(part: (snapshot: StoreSnapshot) => Part): Part;

/**
 * To sell: `sell` resolves to the sale's code, total and date, or to null where it failed, for the reason in `error`.
 * Repeated as it was after no answer came, it is the same sale.
 */
export function useSell(): {
  sell: (sale: VentaNueva) => Promise<VentaHecha | null>;
  selling: boolean;
  error: ApiError | null;
};
