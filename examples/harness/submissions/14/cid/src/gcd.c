#include <stdio.h>

int main(void)
{
    printf("%d\n", gcd(12, 18))
}
