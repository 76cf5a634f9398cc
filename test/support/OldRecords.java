import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.UUID;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * Writes the file of a database with many videos, a collection with three records each, as older versions of the emulator wrote it: documents
 * and keys in Java's serialization, and no version. Arguments: file, number of videos.
 */
public final class OldRecords {
    private static final String DATABASE = "video-stream-records.";
    private static MVStore store;

    public static void main(String[] args) {
        store = new MVStore.Builder().fileName(args[0]).compress().autoCommitDisabled().open();
        MVMap<Object, Document> namespaces = collection("system.namespaces");
        MVMap<Object, Document> indexes = collection("system.indexes");
        for (int n = 0; n < Integer.parseInt(args[1]); n++) {
            String video = "clip-" + n;
            namespaces.put(DATABASE + video, new Document("name", DATABASE + video));
            addIndex(indexes, video, "_id", "_id_");
            addIndex(indexes, video, "frame", "frame_1");
            MVMap<Object, Document> records = collection(video);
            for (int frame = 1; frame <= 3; frame++) {
                records.put(frame, new Document("_id", frame).append("frame", frame).append("label", "tabby, tabby cat"));
            }
        }
        store.commit();
        store.close();
    }

    private static MVMap<Object, Document> collection(String name) {
        store.openMap("meta." + DATABASE + name).put("dataSize", 0L);
        return store.openMap("databases." + DATABASE + name);
    }

    private static void addIndex(MVMap<Object, Document> indexes, String video, String field, String name) {
        Document index = new Document("v", 2).append("unique", true).append("key", new Document(field, 1));
        indexes.put(UUID.randomUUID(), index.append("name", name).append("ns", DATABASE + video));
        MVMap<KeyValue, Object> entries = store.openMap(DATABASE + video + "._index_" + name);
        for (int frame = 1; frame <= 3; frame++) entries.put(new KeyValue((double) frame), frame);
    }
}
