import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;

/**
 * The entries of an index that a query can match, in the order of the index: those whose first keys have one of the values of
 * the query, and whose next key is within its bounds.
 */
final class IndexScan {
    private static final int MAX_BRANCHES = 10_000;

    /** @param rest of the key, behind the values that the query names */
    record Entry(List<Object> values, List<Object> rest, Object position) {}

    private final MVMap<KeyValue, Object> map;
    private final List<String> keys;
    private final boolean unique;
    private final List<List<Object>> branches;
    private final double lower;
    private final double upper;
    private final boolean descending;
    /** Whether the order is the one that was asked for. */
    final boolean ordered;

    private IndexScan(Index<?> index, MVMap<KeyValue, Object> map, List<List<Object>> branches, Conditions conditions, Document orderBy) {
        this.map = map;
        keys = keysOf(index);
        unique = index.isUnique();
        this.branches = branches;
        String next = named() < keys.size() ? keys.get(named()) : "";
        lower = conditions.lowerBoundOf(next);
        upper = conditions.upperBoundOf(next);
        List<Map.Entry<String, Object>> order = orderBy == null ? List.of() : orderBy.entrySet().stream()
            .filter(each -> branches.size() > 1 || !keys.subList(0, named()).contains(each.getKey())).toList();
        descending = !order.isEmpty() && isDescending(order.get(0));
        List<String> paths = order.stream().map(Map.Entry::getKey).toList();
        List<String> rest = keys.subList(named(), keys.size());
        ordered = order.stream().allMatch(each -> isDescending(each) == descending)
            && paths.size() <= rest.size() && rest.subList(0, paths.size()).equals(paths);
    }

    /** @return null if the index is of no use for this query */
    static IndexScan of(Index<?> index, MVMap<KeyValue, Object> map, Conditions conditions, Document orderBy) {
        List<List<Object>> branches = List.of(List.of());
        for (String key : keysOf(index)) {
            List<Object> values = conditions.valuesOf(key);
            // Entries of several values of a unique index would have to be told apart by their positions.
            if (values == null || (index.isUnique() && values.size() > 1)) break;
            branches = product(branches, values);
            if (branches.size() > MAX_BRANCHES) return null;
        }
        IndexScan scan = new IndexScan(index, map, branches, conditions, orderBy);
        boolean sorts = scan.ordered && orderBy != null && !orderBy.isEmpty();
        // An index of arrays has no entry of a document without an element, and several of one with several: all keys but the last are named.
        boolean narrows = index.isUnique()
            ? scan.named() > 0 || isBounded(scan.lower) || isBounded(scan.upper)
            : scan.named() >= scan.keys.size() - 1 && scan.named() > 0;
        return narrows || (index.isUnique() && sorts) ? scan : null;
    }

    private static List<String> keysOf(Index<?> index) {
        return index.getKeys().stream().map(IndexKey::getKey).toList();
    }

    private static List<List<Object>> product(List<List<Object>> branches, List<Object> values) {
        List<List<Object>> longer = new ArrayList<>();
        for (List<Object> branch : branches) {
            for (Object value : values) {
                List<Object> with = new ArrayList<>(branch);
                with.add(value instanceof Number number ? (Object) (number.doubleValue() + 0.0) : value);
                longer.add(with);
            }
        }
        return longer;
    }

    /** How many of the first keys have known values. */
    int named() {
        return branches.isEmpty() ? 0 : branches.get(0).size();
    }

    private static boolean isBounded(double bound) {
        return !Double.isInfinite(bound);
    }

    private static boolean isDescending(Map.Entry<String, Object> order) {
        return order.getValue() instanceof Number number && number.intValue() < 0;
    }

    /** Whether its entries have all that the query and its fields ask for, so that the documents need not be read. */
    boolean covers(Conditions conditions, Document fields) {
        if (!unique || fields == null || fields.isEmpty() || !conditions.areOnlyOf(keys)) return false;
        // A projection without an included field is one of all others.
        return fields.values().stream().anyMatch(IndexScan::isIncluded) && fields.entrySet().stream()
            .allMatch(each -> each.getKey().equals("_id") || (keys.contains(each.getKey()) && isIncluded(each.getValue())));
    }

    private static boolean isIncluded(Object value) {
        return value instanceof Number number ? number.intValue() != 0 : Boolean.TRUE.equals(value);
    }

    /** What the index knows of a document. */
    Document documentOf(Entry entry) {
        Document document = new Document("_id", entry.position());
        List<Object> values = new ArrayList<>(entry.values());
        values.addAll(entry.rest());
        for (int i = 0; i < keys.size(); i++) {
            if (!keys.get(i).equals("_id")) document.put(keys.get(i), asStored(values.get(i)));
        }
        return document;
    }

    /** Keys have all numbers as doubles. */
    private static Object asStored(Object value) {
        return value instanceof Double number && number == number.intValue() ? (Object) number.intValue() : value;
    }

    /** The entries behind this one, each document once. @param last its `rest`, or null for all */
    Iterator<Entry> after(List<Object> last) {
        IndexWalk walk = new IndexWalk(descending, last);
        for (List<Object> values : branches) walk.add(new Branch(values, last));
        return walk;
    }

    /** The entries with the same first values. */
    private final class Branch implements Supplier<Entry> {
        private final List<Object> values;
        private final Cursor<KeyValue, Object> cursor;

        Branch(List<Object> values, List<Object> last) {
            this.values = values;
            cursor = map.cursor(start(last), null, descending);
        }

        private KeyValue start(List<Object> last) {
            List<Object> start = new ArrayList<>(values);
            if (last != null) start.addAll(last);
            else if (start.size() < size() && isBounded(descending ? upper : lower)) start.add(descending ? upper : lower);
            while (start.size() < size()) start.add(descending ? KeyType.LAST : KeyType.FIRST);
            return new KeyValue(start);
        }

        /** Unless there are none, all keys of an index have the same size. */
        private int size() {
            KeyValue first = map.firstKey();
            return first == null ? keys.size() : first.size();
        }

        /** Null at the end. */
        @Override
        public Entry get() {
            if (!cursor.hasNext()) return null;
            List<Object> key = cursor.next().stream().toList();
            if (!key.subList(0, values.size()).equals(values)) return null;
            List<Object> rest = key.subList(values.size(), key.size());
            if (!rest.isEmpty() && rest.get(0) instanceof Double next && (descending ? next < lower : next > upper)) return null;
            return new Entry(values, rest, cursor.getValue());
        }
    }
}
