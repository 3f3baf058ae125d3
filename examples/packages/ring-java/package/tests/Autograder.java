import java.util.Arrays;
import org.testng.Assert;
import org.testng.ITestResult;
import org.testng.Reporter;
import org.testng.annotations.Test;

public class Autograder {
    private static void check(int size, int[] added, String expected, String hint) {
        ITestResult result = Reporter.getCurrentTestResult();
        result.setAttribute("expression", "Ring(" + size + ") after " + Arrays.toString(added));
        result.setAttribute("expected", expected);
        result.setAttribute("hint", hint);
        Ring ring = new Ring(size);
        for (int number : added) {
            ring.add(number);
        }
        String output = Arrays.toString(ring.numbers());
        result.setAttribute("output", output);
        Assert.assertEquals(output, expected);
    }

    @Test(groups = "public")
    public void test_public_01() {
        check(3, new int[] {1, 2}, "[1, 2]", "");
    }

    @Test(groups = "public")
    public void test_public_02() {
        check(2, new int[] {1, 2, 3}, "[2, 3]", "The oldest number makes room for the new one.");
    }

    @Test(groups = "private")
    public void test_private_01() {
        check(0, new int[] {1}, "[]", "");
    }

    @Test(groups = "evaluation")
    public void test_evaluation_01() {
        check(1, new int[] {1, 2, 3, 4}, "[4]", "");
    }
}
