#include <stdio.h>
#include <string.h>

/* Takes for granted that every line ends with a newline. */
int main(void)
{
    static char text[8192];
    size_t length = fread(text, 1, sizeof text - 1, stdin);
    long lines = 0, words = 0;
    for (char *line = text; line < text + length;) {
        char *end = strchr(line, '\n');
        *end = '\0';
        for (char *word = strtok(line, " \t"); word; word = strtok(NULL, " \t"))
            words++;
        lines++;
        line = end + 1;
    }
    printf("%ld %ld %zu\n", lines, words, length);
    return 0;
}
