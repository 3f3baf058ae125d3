/* What the C programs share: an attack says in one line how it went. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* EINVAL and EFAULT mean that the kernel looked at what we gave it: then the door was open and the attack is at fault. */
static void attempt(const char *what, long result)
{
    int refused = result < 0 && errno != EINVAL && errno != EFAULT;
    if (refused) printf("OK: refused %s: %s\n", what, strerror(errno));
    else printf("ESCAPED: %s: %ld, %s\n", what, result, result < 0 ? strerror(errno) : "done");
    fflush(stdout);
}
