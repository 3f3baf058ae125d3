public class Ring {
    public Ring(int size) {
        this.size = size;
    }
}
