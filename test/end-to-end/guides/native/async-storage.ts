/** In the place of the phone's storage. */
const values = new Map<string, string>();

const AsyncStorage = {
  getItem: async (key: string): Promise<string | null> => values.get(key) ?? null,
  setItem: async (key: string, value: string): Promise<void> => void values.set(key, value),
  removeItem: async (key: string): Promise<void> => void values.delete(key),
  getAllKeys: async (): Promise<readonly string[]> => [...values.keys()],
};

export default AsyncStorage;
