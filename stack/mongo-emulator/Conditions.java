import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The conditions of a query that all documents must meet, by the path of the field: what an index can be asked for. */
final class Conditions {
    private static final List<String> LOWER = List.of("$gte", "$gt");
    private static final List<String> UPPER = List.of("$lte", "$lt");

    private final Map<String, List<Object>> byPath = new LinkedHashMap<>();
    /** Conditions on no single path, such as `$or`. */
    private boolean others;

    Conditions(Document query) {
        add("", query);
    }

    private void add(String prefix, Document query) {
        for (Map.Entry<String, Object> each : query.entrySet()) {
            String key = each.getKey();
            if (key.equals("$and") && prefix.isEmpty()) {
                for (Object part : (Collection<?>) each.getValue()) add(prefix, (Document) part);
            } else if (key.startsWith("$")) {
                others = true;
            } else {
                put(prefix + key, each.getValue());
            }
        }
    }

    private void put(String path, Object condition) {
        byPath.computeIfAbsent(path, key -> new ArrayList<>()).add(condition);
        // An element of the array that meets all of it meets each part of it.
        if (condition instanceof Document parts && parts.get("$elemMatch") instanceof Document element) add(path + ".", element);
    }

    /** True if nothing but these fields decides. */
    boolean areOnlyOf(Collection<String> paths) {
        return !others && paths.containsAll(byPath.keySet());
    }

    /** The values of which the field must have one; null if the query does not say. */
    List<Object> valuesOf(String path) {
        for (Object condition : byPath.getOrDefault(path, List.of())) {
            if (isValue(condition)) return List.of(condition);
            if (!(condition instanceof Document parts) || !(parts.get("$in") instanceof Collection<?> values)) continue;
            if (values.stream().allMatch(Conditions::isValue)) return List.copyOf(Set.copyOf(values));
        }
        return null;
    }

    /** Only these have an order that the keys of an index share with the values of a query. */
    private static boolean isValue(Object value) {
        return value instanceof String || value instanceof Number;
    }

    double lowerBoundOf(String path) {
        return bounds(path, LOWER).stream().mapToDouble(Number::doubleValue).max().orElse(Double.NEGATIVE_INFINITY);
    }

    double upperBoundOf(String path) {
        return bounds(path, UPPER).stream().mapToDouble(Number::doubleValue).min().orElse(Double.POSITIVE_INFINITY);
    }

    /** Inclusive, and so wide that the query itself still has to decide. */
    private List<Number> bounds(String path, List<String> operators) {
        List<Number> found = new ArrayList<>();
        for (Object condition : byPath.getOrDefault(path, List.of())) {
            if (!(condition instanceof Document parts) || BsonRegularExpression.isRegularExpression(parts)) continue;
            for (String operator : operators) if (parts.get(operator) instanceof Number bound) found.add(bound);
        }
        return found;
    }
}
