#include <gtest/gtest.h>

static void check(long a, long b, long expected, const std::string& hint = "")
{
    testing::Test::RecordProperty("expression", "gcd(" + std::to_string(a) + ", " + std::to_string(b) + ")");
    testing::Test::RecordProperty("expected", std::to_string(expected));
    testing::Test::RecordProperty("hint", hint);
    long output = gcd(a, b);
    testing::Test::RecordProperty("output", std::to_string(output));
    EXPECT_EQ(output, expected);
}

TEST(Autograder, test_public_01) { check(12, 18, 6, "Euclid has a way."); }
TEST(Autograder, test_public_02) { check(17, 5, 1); }
TEST(Autograder, test_private_01) { check(0, 7, 7, "Nothing divides as well as zero."); }
TEST(Autograder, test_evaluation_01) { check(1134903170, 701408733, 1); }

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
