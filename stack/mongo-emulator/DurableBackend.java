import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.mvstore.MVStore;

/**
 * H2Backend whose acknowledged writes survive kill -9, and whose file never holds half a write: a document without its
 * entry in a unique index would be stored twice, an entry without its document never.
 */
final class DurableBackend extends H2Backend {
    private static final Set<String> WRITES = Set.of("insert", "update", "delete", "findandmodify", "create", "drop",
        "dropdatabase", "createindexes", "dropindexes", "renamecollection", "aggregate");

    private final MVStore store;
    private final Runnable onBroken;
    /** Changes share it, the commit has it alone: so a commit takes whole commands only. Fair, or commits would starve. */
    private final ReadWriteLock changes = new ReentrantReadWriteLock(true);

    DurableBackend(MVStore store, Runnable onBroken) {
        super(store);
        this.store = store;
        this.onBroken = onBroken;
        version(new AsMongo5());
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
        // Called by the constructor of H2Backend too, when the field is not yet there.
        return new ExactDatabase(name, getMvStore(), getCursorRegistry()) {
            @Override
            MVStore store() {
                return getMvStore();
            }
        };
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
        String name = command.toLowerCase(Locale.ROOT);
        if (name.equals("hello")) return hello(channel, database, query);
        Commands.check(name, database, command, query);
        if (!WRITES.contains(name)) return Commands.mend(name, query, super.handleCommand(channel, database, command, query));
        try {
            return Commands.mend(name, query, change(channel, database, command, query));
        } finally {
            commit(Commands.journaled(query)); // also after an error: part of the command may have been done
        }
    }

    private Document change(Channel channel, String database, String command, Document query) {
        changes.readLock().lock();
        try {
            return super.handleCommand(channel, database, command, query);
        } finally {
            changes.readLock().unlock();
        }
    }

    /** Returns when everything done so far is in the file; the next kill -9 can't take it. */
    private void commit(boolean toDisk) {
        changes.writeLock().lock();
        try {
            store.commit();
        } catch (RuntimeException e) {
            onBroken.run();
            if (!diskIsFull(e)) throw e;
            throw new MongoServerError(14031, "OutOfDiskSpace", "no space left on device");
        } finally {
            changes.writeLock().unlock();
        }
        if (toDisk) store.sync();
    }

    private static boolean diskIsFull(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (String.valueOf(t.getMessage()).contains("No space left on device")) return true;
        }
        return false;
    }

    /** Gives back the room of outdated versions, a little at a time. */
    void compact() {
        changes.writeLock().lock();
        try {
            store.compact(70, 4 * 1024 * 1024);
        } finally {
            changes.writeLock().unlock();
        }
    }

    /** The last commit; whoever asks for a change after this waits for ever, and the process ends. */
    void finish() {
        changes.writeLock().lock();
        store.commit();
        store.sync();
    }

    /** 1.47.0 knows only isMaster. */
    private Document hello(Channel channel, String database, Document query) {
        Document reply = super.handleCommand(channel, database, "ismaster", query);
        reply.put("isWritablePrimary", true);
        return reply;
    }

    /** 1.47.0 announces wire version 8 for MongoDB 5.0, whose real number is 13; drivers want 9 or more. */
    private static final class AsMongo5 implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 13;
        }
    }
}
