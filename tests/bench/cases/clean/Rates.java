import java.util.HashMap;
import java.util.Map;

class Rates {
    private final Map<String, Integer> percent = new HashMap<>();

    void set(String country, int value) {
        percent.put(country, value);
    }

    /** Whether two countries have the same rate; false where one of them is unknown. */
    boolean same(String first, String second) {
        Integer a = percent.get(first);
        Integer b = percent.get(second);
        return a != null && a.equals(b);
    }
}
