import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractCursor;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.bson.Document;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.Spliterators;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.h2.mvstore.MVMap;

/**
 * A collection that reads in the order of its indexes. H2Collection reads, sorts and holds all documents for each query: of a video of
 * 100,000 frames, more than the memory of the server.
 */
final class IndexedCollection extends H2Collection {
    private final Function<String, MVMap<KeyValue, Object>> mapOfIndex;

    IndexedCollection(MongoDatabase database, String name, CollectionOptions options, MVMap<Object, Document> data,
        MVMap<String, Object> meta, CursorRegistry cursors, Function<String, MVMap<KeyValue, Object>> mapOfIndex) {
        super(database, name, options, data, meta, cursors);
        this.mapOfIndex = mapOfIndex;
    }

    @Override
    protected QueryResult queryDocuments(Document query, Document orderBy, int skip, int limit, int batchSize, Document fields) {
        for (Index<Object> index : getIndexes()) {
            if (index.canHandle(query)) return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
        }
        Conditions conditions = new Conditions(query);
        IndexScan scan = bestScan(conditions, orderBy);
        if (scan == null) return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
        if (!scan.ordered) return matchDocumentsFromStream(all(scan), query, orderBy, skip, limit, batchSize, fields);
        ScanCursor cursor = new ScanCursor(scan, scan.covers(conditions, fields), query, fields, skip, limit);
        List<Document> first = cursor.takeDocuments(batchSize > 0 ? batchSize : Integer.MAX_VALUE);
        if (cursor.isEmpty()) return new QueryResult(first);
        cursorRegistry.add(cursor);
        return new QueryResult(first, cursor);
    }

    /** The superclass fills an index while others insert, and its entries would be missing for ever. */
    @Override
    public synchronized void addIndex(Index<Object> index) {
        super.addIndex(index);
    }

    /** Of all documents; the superclass holds them all. */
    @Override
    public Stream<Document> queryAllAsStream() {
        return streamAllDocumentsWithPosition().map(DocumentWithPosition::getDocument);
    }

    /** The superclass holds all documents; an index of arrays has the values one after the other. */
    @Override
    public synchronized Document handleDistinct(Document query) {
        Document filter = (Document) query.getOrDefault("query", new Document());
        String path = (String) query.get("key");
        for (Index<Object> index : getIndexes()) {
            if (!filter.isEmpty() || !(index instanceof MultikeyIndex multikey)) continue;
            if (multikey.getKeys().get(0).getKey().equals(path)) return answer(multikey.firstValues());
        }
        Set<Object> values = new TreeSet<>(ValueComparator.ascWithoutListHandling());
        matching(filter).map(document -> Utils.getSubdocumentValueCollectionAware(document, path)).forEach(value -> {
            if (value instanceof Collection<?> several) values.addAll(several);
            else if (!(value instanceof Missing)) values.add(value);
        });
        return answer(values);
    }

    private Stream<Document> matching(Document filter) {
        IndexScan scan = bestScan(new Conditions(filter), null);
        return (scan == null ? queryAllAsStream() : all(scan)).filter(document -> documentMatchesQuery(document, filter));
    }

    private static Document answer(Collection<?> values) {
        return new Document("values", values).append("ok", 1.0);
    }

    private IndexScan bestScan(Conditions conditions, Document orderBy) {
        IndexScan best = null;
        for (Index<Object> index : getIndexes()) {
            IndexScan scan = IndexScan.of(index, mapOfIndex.apply(index.getName()), conditions, orderBy);
            if (scan != null && (best == null || scan.named() > best.named())) best = scan;
        }
        return best;
    }

    private Stream<Document> all(IndexScan scan) {
        return stream(scan.after(null)).map(entry -> getDocument(entry.position()));
    }

    private static Stream<IndexScan.Entry> stream(Iterator<IndexScan.Entry> entries) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(entries, 0), false);
    }

    /** Holds a place in the index, no documents: they are read when they are asked for. */
    private final class ScanCursor extends AbstractCursor {
        private final IndexScan scan;
        private final boolean covered;
        private final Document query;
        private final Document fields;
        private int skip;
        private int left;
        private List<Object> last;

        ScanCursor(IndexScan scan, boolean covered, Document query, Document fields, int skip, int limit) {
            super(cursorRegistry.generateCursorId());
            this.scan = scan;
            this.covered = covered;
            this.query = query;
            this.fields = fields;
            this.skip = skip;
            left = limit > 0 ? limit : Integer.MAX_VALUE;
        }

        @Override
        public boolean isEmpty() {
            return left == 0;
        }

        @Override
        public List<Document> takeDocuments(int wanted) {
            synchronized (IndexedCollection.this) {
                int most = Math.min(wanted, left);
                Stream<Document> documents = stream(scan.after(last)).peek(entry -> last = entry.rest())
                    .map(entry -> covered ? scan.documentOf(entry) : getDocument(entry.position()));
                List<Document> taken = matchDocumentsFromStream(documents, query, null, skip, most, 0, fields).collectDocuments();
                skip = 0;
                left = taken.size() < most ? 0 : left - taken.size();
                return taken;
            }
        }
    }
}
