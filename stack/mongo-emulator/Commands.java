import de.bwaldvogel.mongo.backend.DefaultQueryMatcher;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What mongo-java-server 1.47.0 gets wrong in single commands. */
final class Commands {
    private static final int MAX_NAMESPACE_BYTES = 255;
    private static final int BATCH = 1000;
    private static final Set<String> CREATING = Set.of("insert", "update", "findandmodify", "create", "createindexes");

    private Commands() {}

    /** MongoDB's own limit, by its own error; `ordered`, whose absence means true; and batches, where 1.47.0 sends everything in one answer. */
    static void check(String name, String database, String command, Document query) {
        if (name.equals("insert") || name.equals("update")) query.putIfAbsent("ordered", true);
        if (name.equals("find") || name.equals("getmore")) query.putIfAbsent("batchSize", BATCH);
        if (!CREATING.contains(name)) return;
        String namespace = database + "." + query.get(command);
        int bytes = namespace.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_NAMESPACE_BYTES) {
            throw new MongoServerError(73, "InvalidNamespace", "Fully qualified namespace is too long. Namespace: "
                + namespace + " Max: " + MAX_NAMESPACE_BYTES);
        }
    }

    static boolean journaled(Document query) {
        return query.get("writeConcern") instanceof Document concern && Boolean.TRUE.equals(concern.get("j"));
    }

    static Document mend(String name, Document query, Document reply) {
        if (name.equals("insert")) countInserted(query, reply);
        if (name.equals("listcollections")) filterCollections(query, reply);
        return reply;
    }

    /** n is the size of the batch even when documents were refused. */
    private static void countInserted(Document query, Document reply) {
        if (!(reply.get("writeErrors") instanceof List<?> errors) || errors.isEmpty()) return;
        int asked = ((List<?>) query.get("documents")).size();
        int first = ((Number) ((Document) errors.get(0)).get("index")).intValue();
        boolean ordered = Boolean.TRUE.equals(query.get("ordered"));
        reply.put("n", ordered ? first : asked - errors.size());
    }

    /** The filter is ignored; drivers ask for {name: "x"} to learn whether a collection exists. */
    private static void filterCollections(Document query, Document reply) {
        if (!(query.get("filter") instanceof Document filter) || filter.isEmpty()) return;
        Document cursor = (Document) reply.get("cursor");
        DefaultQueryMatcher matcher = new DefaultQueryMatcher();
        List<Document> kept = new ArrayList<>();
        for (Object each : (Iterable<?>) cursor.get("firstBatch")) {
            if (matcher.matches((Document) each, filter)) kept.add((Document) each);
        }
        cursor.put("firstBatch", kept);
    }
}
