import de.bwaldvogel.mongo.MongoServer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.MVStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that speaks MongoDB's protocol and keeps its data in one file, for machines that can reach no real MongoDB.
 * Loopback only. Arguments: file, port.
 */
public final class MongoEmulator {
    private static final Logger log = LoggerFactory.getLogger(MongoEmulator.class);

    public static void main(String[] args) throws Exception {
        NameLimit.lift();
        String file = args[0];
        int port = Integer.parseInt(args[1]);
        while (true) {
            try {
                serveUntilBroken(file, port);
            } catch (java.net.BindException | IllegalArgumentException e) {
                throw e; // somebody else has the port: no use in trying again
            } catch (Exception e) {
                if (hasCause(e, java.net.BindException.class)) throw e;
                log.error("cannot serve {}, trying again", file, e);
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    /** A store that failed to write (a full disk) closes itself: returns then, so that it is opened again. */
    private static void serveUntilBroken(String file, int port) throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        // Nothing but DurableBackend may decide when changes go to the file: no commit by time, none by size.
        MVStore store = new MVStore.Builder().fileName(file).compress().autoCommitDisabled()
            .autoCommitBufferSize(0).backgroundExceptionHandler((thread, e) -> broken.countDown()).open();
        ExactDatabase.reindexOlder(store);
        DurableBackend backend = new DurableBackend(store, broken::countDown);
        MongoServer server = new MongoServer(backend);
        Thread stop = new Thread(() -> close(server, backend));
        try {
            server.bind("127.0.0.1", port);
            Runtime.getRuntime().addShutdownHook(stop);
            log.warn("listening on 127.0.0.1:{}, data in {}", port, file);
            while (!broken.await(5, TimeUnit.SECONDS)) backend.compact();
            Runtime.getRuntime().removeShutdownHook(stop);
        } finally {
            if (broken.getCount() == 0) log.error("the store is closed after a failed write: opening it again");
            server.shutdownNow();
            store.closeImmediately();
        }
    }

    /** Everything acknowledged is in the file already; waiting for clients to go would take as long as they like. */
    private static void close(MongoServer server, DurableBackend backend) {
        try {
            server.stopListening();
            backend.finish();
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private static boolean hasCause(Throwable e, Class<?> type) {
        for (Throwable t = e; t != null; t = t.getCause()) if (type.isInstance(t)) return true;
        return false;
    }
}
