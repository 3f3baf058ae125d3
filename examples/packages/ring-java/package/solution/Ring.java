import java.util.ArrayDeque;

/** The last few numbers of many. */
public class Ring {
    private final ArrayDeque<Integer> kept = new ArrayDeque<>();
    private final int size;

    public Ring(int size) {
        this.size = size;
    }

    public void add(int number) {
        kept.add(number);
        if (kept.size() > size) {
            kept.remove();
        }
    }

    /** The numbers that are kept, the oldest first. */
    public int[] numbers() {
        return kept.stream().mapToInt(Integer::intValue).toArray();
    }
}
