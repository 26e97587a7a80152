/** In the place of the phone's radio. */
interface NetInfoState {
  readonly isConnected: boolean | null;
  readonly isInternetReachable: boolean | null;
}

let state: NetInfoState = { isConnected: false, isInternetReachable: false };
const listeners = new Set<(state: NetInfoState) => void>();

/** Puts the phone on the net, or takes it off. */
export function setConnected(isConnected: boolean): void {
  state = { isConnected, isInternetReachable: isConnected };
  for (const listener of listeners) listener(state);
}

export default {
  addEventListener(listener: (state: NetInfoState) => void): () => void {
    listeners.add(listener);
    listener(state);
    return () => void listeners.delete(listener);
  },
};
