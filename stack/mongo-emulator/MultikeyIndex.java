import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.h2.mvstore.MVMap;

/**
 * An index that is not unique: an entry for each value of an array, with the identifier of the document behind it, and none for a
 * document without a value. mongo-java-server 1.47.0 has no such indexes.
 */
final class MultikeyIndex extends Index<Object> {
    private final MVMap<KeyValue, Object> map;

    MultikeyIndex(MVMap<KeyValue, Object> map, String name, List<IndexKey> keys) {
        super(name, keys, true); // sparse: it need not know the position of every document
        this.map = map;
    }

    private List<KeyValue> entriesOf(Document document) {
        List<KeyValue> entries = new ArrayList<>();
        for (KeyValue values : getKeyValues(document)) {
            if (!values.stream().allMatch(value -> value instanceof String || value instanceof Double)) continue;
            List<Object> entry = new ArrayList<>(values.stream().toList());
            entry.add(document.get("_id"));
            entries.add(new KeyValue(entry).normalized());
        }
        return entries;
    }

    /** Each once, in order, and without reading all entries. */
    List<Object> firstValues() {
        List<Object> values = new ArrayList<>();
        for (KeyValue key = map.firstKey(); key != null; key = map.higherKey(behind(key))) values.add(key.get(0));
        return values;
    }

    private static KeyValue behind(KeyValue key) {
        List<Object> last = new ArrayList<>(Collections.nCopies(key.size(), KeyType.LAST));
        last.set(0, key.get(0));
        return new KeyValue(last);
    }

    @Override
    public void add(Document document, Object position, MongoCollection<Object> collection) {
        for (KeyValue entry : entriesOf(document)) map.put(entry, position);
    }

    @Override
    public Object remove(Document document) {
        Object position = null;
        for (KeyValue entry : entriesOf(document)) position = map.remove(entry);
        return position;
    }

    @Override
    public void updateInPlace(Document before, Document after, Object position, MongoCollection<Object> collection) {
        if (nullAwareEqualsKeys(before, after)) return;
        remove(before);
        add(after, position, collection);
    }

    @Override
    public Object getPosition(Document document) {
        return null;
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Object> collection) {
        // Nothing is refused.
    }

    @Override
    public void checkUpdate(Document before, Document after, MongoCollection<Object> collection) {
        // Nothing is refused.
    }

    /** `IndexScan` reads it. */
    @Override
    public boolean canHandle(Document query) {
        return false;
    }

    @Override
    public Iterable<Object> getPositions(Document query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long getCount() {
        return map.sizeAsLong();
    }

    @Override
    public long getDataSize() {
        return getCount();
    }

    @Override
    public void drop() {
        // The database removes the map.
    }
}
