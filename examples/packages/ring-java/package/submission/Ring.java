/** The last few numbers of many. */
public class Ring {
    public Ring(int size) {
    }

    public void add(int number) {
    }

    /** The numbers that are kept, the oldest first. */
    public int[] numbers() {
        return new int[0];
    }
}
