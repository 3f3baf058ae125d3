#include <stdio.h>

/* Takes every blank for the end of a word. */
int main(void)
{
    long lines = 0, words = 0, characters = 0;
    int c;
    while ((c = getchar()) != EOF) {
        characters++;
        if (c == '\n')
            lines++;
        if (c == ' ' || c == '\n' || c == '\t')
            words++;
    }
    printf("%ld %ld %ld\n", lines, words, characters);
    return 0;
}
