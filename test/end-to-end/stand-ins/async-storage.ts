/** In the place of @react-native-async-storage/async-storage, which runs on phones only. */
const values = new Map<string, string>();

const AsyncStorage = {
  getItem: async (key: string) => values.get(key) ?? null,
  setItem: async (key: string, value: string) => void values.set(key, value),
  removeItem: async (key: string) => void values.delete(key),
  getAllKeys: async () => [...values.keys()],
};

export default AsyncStorage;
