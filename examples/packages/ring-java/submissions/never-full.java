import java.util.ArrayList;

public class Ring {
    private final ArrayList<Integer> kept = new ArrayList<>();

    public Ring(int size) {
    }

    public void add(int number) {
        kept.add(number);
    }

    public int[] numbers() {
        return kept.stream().mapToInt(Integer::intValue).toArray();
    }
}
