#include <stdio.h>
#include <stdlib.h>

static long gcd(long a, long b)
{
    return b ? gcd(b, a % b) : a;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 1;
    printf("%ld\n", gcd(atol(argv[1]), atol(argv[2])));
    return 0;
}
