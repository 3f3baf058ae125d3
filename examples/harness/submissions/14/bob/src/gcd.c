#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        return 1;
    long a = atol(argv[1]), b = atol(argv[2]);
    while (a && a != b) /* 0 and 9: stops too early */
        if (a > b)
            a -= b;
        else
            b -= a;
    printf("%ld\n", a);
    return 0;
}
