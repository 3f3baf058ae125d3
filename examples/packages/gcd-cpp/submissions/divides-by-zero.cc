long gcd(long a, long b)
{
    long divisor = a < b ? a : b;
    while (a % divisor || b % divisor) divisor--;
    return divisor;
}
