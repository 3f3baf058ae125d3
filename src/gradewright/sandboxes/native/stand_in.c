/* stand_in: what a sandbox with a warm Python has in its PATH as python3.
 *
 * It asks init (warm.c) to let a fork of the interpreter that is started already do what it was called for, waits, and
 * ends as that does. Whatever goes wrong before, it becomes the real interpreter, to which `interpreter` beside it leads.
 *
 *   to init's socket  one packet: struct request, arguments, environment; with it go the other end of our line, the
 *                     directory that we are in, and the descriptors of the program
 *   out               a byte for each signal that we get
 *   in                a byte when it has begun, then its wait status (i32)
 *
 * Built by the Makefile beside this file with musl, static, because it is started most often of all.
 */

#define _GNU_SOURCE
#include "warm.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int line = -1;

static void become_real(char **words)
{
    static char target[PATH_MAX];
    if (readlink(WARM_AT "/interpreter", target, sizeof target - 1) > 0) {
        words[0] = target;
        execv(target, words);
    }
    _exit(127);
}

/* Everything that was opened for us and would be open in the real interpreter. Returns -1 if that is too much. */
static int gather(int *descriptors, uint8_t *numbers)
{
    static struct pollfd all[1024];
    struct rlimit most;
    int count = 0, limit = sizeof all / sizeof *all;
    if (!getrlimit(RLIMIT_NOFILE, &most) && most.rlim_cur < (rlim_t)limit) limit = most.rlim_cur;
    for (int fd = 0; fd < limit; fd++) all[fd].fd = fd;
    if (poll(all, limit, 0) < 0) return -1;
    for (int fd = 0; fd < limit; fd++) {
        if (all[fd].revents & POLLNVAL || fcntl(fd, F_GETFD) & FD_CLOEXEC) continue;
        if (fd > UINT8_MAX || count == MAX_DESCRIPTORS) return -1;
        numbers[count] = fd;
        descriptors[count++] = fd;
    }
    return count;
}

/* What a fork of init does not have as we do. */
static int is_ordinary(void)
{
    sigset_t blocked, none;
    sigemptyset(&none);
    errno = 0;
    return !sigprocmask(SIG_BLOCK, 0, &blocked) && !memcmp(&blocked, &none, 8) && getpriority(PRIO_PROCESS, 0) == 0;
}

static uint64_t ignored_signals(void)
{
    uint64_t ignored = 0;
    struct sigaction now;
    for (int number = 1; number < 32; number++)
        if (!sigaction(number, 0, &now) && now.sa_handler == SIG_IGN) ignored |= 1ull << number;
    return ignored;
}

/* Returns the end of what was written; 0 if it did not fit. */
static char *put_words(char *at, char *end, char **words)
{
    for (; *words; words++) {
        size_t length = strlen(*words) + 1;
        if ((size_t)(end - at) < length) return 0;
        memcpy(at, *words, length);
        at += length;
    }
    return at;
}

static int sent(char *packet, size_t length, const int *descriptors, size_t count)
{
    struct sockaddr_un place = { .sun_family = AF_UNIX, .sun_path = WARM_AT "/socket" };
    union { struct cmsghdr head; char space[CMSG_SPACE(MAX_SENT * sizeof(int))]; } control;
    struct iovec whole = { packet, length };
    struct msghdr message = {
        .msg_name = &place, .msg_namelen = sizeof place, .msg_iov = &whole, .msg_iovlen = 1,
        .msg_control = &control, .msg_controllen = CMSG_SPACE(count * sizeof(int)),
    };
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    int any = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    *head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(count * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
    memcpy(CMSG_DATA(head), descriptors, count * sizeof(int));
    return any >= 0 && sendmsg(any, &message, MSG_NOSIGNAL) > 0 && !close(any);
}

/* Returns whether somebody has begun to do what we were called for. */
static int ask(char **words)
{
    static char packet[MAX_PACKET];
    int lines[2], descriptors[MAX_SENT];
    char begun;
    struct request *request = (void *)packet;
    int count = gather(descriptors + 2, request->numbers);
    mode_t mask = umask(0);
    umask(mask);
    request->umask = mask;
    request->ignored = ignored_signals();
    while (words[request->arguments]) request->arguments++;
    char *end = put_words(packet + sizeof *request, packet + sizeof packet, words);
    if (end) end = put_words(end, packet + sizeof packet, environ);
    if (!end || count < 0 || !is_ordinary() || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, lines)) return 0;
    line = lines[0];
    descriptors[0] = lines[1];
    descriptors[1] = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return sent(packet, end - packet, descriptors, count + 2) && !close(lines[1]) && recv(line, &begun, 1, 0) == 1;
}

static void pass_on(int number)
{
    char byte = number;
    int error = errno;
    (void)!send(line, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    errno = error;
}

static void pass_signals_on(void)
{
    static const int ours[] = { SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS };
    struct sigaction action = { .sa_handler = pass_on, .sa_flags = SA_RESTART };
    for (int number = 1; number <= 64; number++) {
        int is_ours = 0;
        for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) is_ours |= ours[i] == number;
        if (!is_ours) sigaction(number, &action, 0); /* what we ignore the program may handle */
    }
}

/* Who reads what the program writes waits for us, too, to close it. */
static void close_others(void)
{
    if (line > 0) syscall(SYS_close_range, 0, line - 1, 0);
    syscall(SYS_close_range, line + 1, ~0u, 0);
}

static void end_like(int status)
{
    sigset_t all;
    if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
    signal(WTERMSIG(status), SIG_DFL);
    sigfillset(&all);
    sigprocmask(SIG_UNBLOCK, &all, 0);
    raise(WTERMSIG(status));
    _exit(128 + WTERMSIG(status));
}

int main(int count, char **words)
{
    int status;
    (void)count;
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* the memory of who waits for a program is not the program's */
    if (!ask(words)) become_real(words);
    pass_signals_on();
    close_others();
    for (;;) {
        ssize_t n = recv(line, &status, sizeof status, 0);
        if (n == sizeof status) end_like(status);
        if (n >= 0 || errno != EINTR) _exit(137); /* we were the program, and the fork is now */
    }
}
