import java.util.Locale;
import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        Scanner input = new Scanner(System.in).useLocale(Locale.ROOT);
        double sum = 0;
        int count = 0;
        while (input.hasNextDouble()) {
            sum += input.nextDouble();
            count++;
        }
        if (count == 0) {
            System.exit(2);
        }
        System.out.println(sum / count);
    }
}
