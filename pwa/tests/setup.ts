/** Every test gets a real IndexedDB (in memory); nothing else is faked here. */
import 'fake-indexeddb/auto'
