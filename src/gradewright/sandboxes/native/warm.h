/* What a stand-in says to init: see stand_in.c and warm.c. */

#include <stdint.h>

#define WARM_AT "/.gradewright-python" /* the directory of stand-in and socket in a sandbox; warm.py knows it, too */
#define HEARD_AT 101                   /* init's descriptor of the socket: far from those that programs get */
#define MAX_DESCRIPTORS 64             /* of the program */
#define MAX_SENT (MAX_DESCRIPTORS + 2) /* before them our line to the stand-in, and its directory */
#define MAX_PACKET (128 << 10)

struct request {
    uint32_t arguments; /* how many of the words that follow */
    uint32_t umask;
    uint64_t ignored; /* signals, as bits */
    uint8_t numbers[MAX_DESCRIPTORS]; /* of the program's descriptors */
};
