#include <stdio.h>

int main(void)
{
    long lines = 0, words = 0
    printf("%ld %ld %ld\n", lines, words, characters);
    return 0;
}
