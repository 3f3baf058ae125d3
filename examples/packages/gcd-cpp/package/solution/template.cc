// The greatest common divisor of two numbers that are not negative.
long gcd(long a, long b)
{
    return b ? gcd(b, a % b) : a;
}
