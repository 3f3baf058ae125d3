#include <ctype.h>
#include <stdio.h>

int main(void)
{
    long lines = 0, words = 0, characters = 0;
    int inside = 0;
    for (int c = getchar(); c != EOF; c = getchar()) {
        characters++;
        lines += c == '\n';
        words += !inside && !isspace(c);
        inside = !isspace(c);
    }
    printf("%ld %ld %ld\n", lines, words, characters);
    return 0;
}
