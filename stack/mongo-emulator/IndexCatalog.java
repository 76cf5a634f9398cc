import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.bson.Document;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.h2.mvstore.MVMap;

/**
 * The collection of all indexes of a database. H2Collection compares every entry with every index that is opened or created:
 * minutes with 5,000 collections. This one looks entries up by collection and name of the index.
 */
final class IndexCatalog extends H2Collection {
    static final String NAME = "system.indexes";

    /** Null until it is needed, and after a removal or a change. */
    private Map<List<Object>, Set<Document>> known;

    IndexCatalog(MongoDatabase database, MVMap<Object, Document> data, MVMap<String, Object> meta, CursorRegistry cursors) {
        super(database, NAME, CollectionOptions.withoutIdField(), data, meta, cursors);
    }

    @Override
    public synchronized void addDocumentIfMissing(Document index) {
        if (known == null) read();
        Set<Document> namesakes = known.computeIfAbsent(keyOf(index), key -> new HashSet<>());
        if (namesakes.contains(index)) return;
        if (namesakes.isEmpty()) addDocument(index);
        else super.addDocumentIfMissing(index); // which takes 1 and 1.0 for the same
        namesakes.add(index.clone());
    }

    private void read() {
        known = new HashMap<>();
        for (Document index : queryAll()) known.computeIfAbsent(keyOf(index), key -> new HashSet<>()).add(index);
    }

    private static List<Object> keyOf(Document index) {
        return List.of(index.get("ns"), index.get("name"));
    }

    @Override
    protected void removeDocument(Object position) {
        super.removeDocument(position);
        known = null;
    }

    /** When a collection is renamed. */
    @Override
    protected void handleUpdate(Object position, Document before, Document after) {
        super.handleUpdate(position, before, after);
        known = null;
    }
}
