import de.bwaldvogel.mongo.backend.KeyValue;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/** Entries of several branches of an index in one order, those of the same document once. */
final class IndexWalk implements Iterator<IndexScan.Entry> {
    private static final KeyType KEYS = new KeyType();
    private static final Comparator<Head> BY_REST = (a, b) -> KEYS.compare(new KeyValue(a.entry.rest()), new KeyValue(b.entry.rest()));

    private record Head(IndexScan.Entry entry, Supplier<IndexScan.Entry> branch) {}

    private final PriorityQueue<Head> heads;
    private List<Object> last;

    /** @param last where a walk before this one ended, or null */
    IndexWalk(boolean descending, List<Object> last) {
        this.last = last;
        heads = new PriorityQueue<>(descending ? BY_REST.reversed() : BY_REST);
    }

    /** @param branch in order; null at its end */
    void add(Supplier<IndexScan.Entry> branch) {
        IndexScan.Entry first = branch.get();
        if (first != null) heads.add(new Head(first, branch));
    }

    @Override
    public boolean hasNext() {
        while (!heads.isEmpty() && heads.peek().entry.rest().equals(last)) add(heads.poll().branch);
        return !heads.isEmpty();
    }

    @Override
    public IndexScan.Entry next() {
        hasNext();
        Head first = heads.poll();
        last = first.entry.rest();
        add(first.branch);
        return first.entry;
    }
}
