import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.EmptyIndex;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.oplog.Oplog;
import java.util.List;
import org.h2.mvstore.MVStore;

/** H2Database as it should be. */
final class ExactDatabase extends H2Database {
    private final MVStore store;

    ExactDatabase(String name, MVStore store, CursorRegistry cursors) {
        super(name, store, cursors);
        this.store = store;
    }

    /** 1.47.0 matches by bare prefix: dropping `a` erases `ab` too. */
    @Override
    public void drop(Oplog oplog) {
        String own = getDatabaseName() + ".";
        for (String prefix : List.of("databases." + own, "meta." + own, own)) {
            for (String map : List.copyOf(store.getMapNames())) {
                if (map.startsWith(prefix)) store.removeMap(store.openMap(map));
            }
        }
    }

    /** Indexes that are not unique do nothing here; saying that they are filled spares a scan of all data at opening. */
    @Override
    protected Index<Object> openOrCreateSecondaryIndex(String collection, String index, List<IndexKey> keys, boolean sparse) {
        return new EmptyIndex<>(index, keys) {
            @Override
            public boolean isEmpty() {
                return false;
            }
        };
    }
}
