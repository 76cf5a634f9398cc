import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** H2Database as it should be. */
abstract class ExactDatabase extends H2Database {
    private static final String INDEX = "._index_";
    private static final int VERSION = 3;

    ExactDatabase(String name, MVStore store, CursorRegistry cursors) {
        super(name, store, cursors);
    }

    /** Not a field: the constructor of H2Database opens collections before a subclass has any. */
    abstract MVStore store();

    @Override
    protected MongoCollection<Object> openOrCreateCollection(String collection, CollectionOptions options) {
        MVMap.Builder<Object, Document> bson = new MVMap.Builder<Object, Document>().valueType(new BsonType());
        String name = getFullCollectionNamespace(collection);
        MVMap<Object, Document> data = store().openMap("databases." + name, bson);
        if (collection.equals(IndexCatalog.NAME)) {
            return new IndexCatalog(this, data, store().openMap("meta." + name), cursorRegistry);
        }
        return new IndexedCollection(this, collection, options, data, store().openMap("meta." + name), cursorRegistry,
            index -> openIndex(collection, index));
    }

    @Override
    protected Index<Object> openOrCreateUniqueIndex(String collection, String index, List<IndexKey> keys, boolean sparse) {
        // The map that is open is what the superclass gets when it asks for one of this name.
        openIndex(collection, index);
        return super.openOrCreateUniqueIndex(collection, index, keys, sparse);
    }

    /** Files of older versions have keys in another order; an index that is empty is filled when its database is opened. */
    static void reindexOlder(MVStore store) {
        if (store.getStoreVersion() >= VERSION) return;
        for (String map : List.copyOf(store.getMapNames())) if (map.contains(INDEX)) store.removeMap(map);
        store.setStoreVersion(VERSION);
    }

    /** 1.47.0 matches by bare prefix: dropping `a` erases `ab` too. */
    @Override
    public void drop(Oplog oplog) {
        String own = getDatabaseName() + ".";
        MVStore store = store();
        for (String prefix : List.of("databases." + own, "meta." + own, own)) {
            for (String map : List.copyOf(store.getMapNames())) {
                if (map.startsWith(prefix)) store.removeMap(store.openMap(map));
            }
        }
    }

    @Override
    protected Index<Object> openOrCreateSecondaryIndex(String collection, String index, List<IndexKey> keys, boolean sparse) {
        return new MultikeyIndex(openIndex(collection, index), index, keys);
    }

    private MVMap<KeyValue, Object> openIndex(String collection, String index) {
        MVMap.Builder<KeyValue, Object> typed = new MVMap.Builder<KeyValue, Object>().keyType(new KeyType());
        return store().openMap(getFullCollectionNamespace(collection) + INDEX + index, typed);
    }
}
