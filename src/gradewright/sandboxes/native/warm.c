/* warm: launch and init in an interpreter that is started already, for programs that are to start as forks of it.
 *
 * warm.py loads this library into a fresh Python and calls `warm_serve` with the words of a `launch --serve`. What is
 * asked for then goes as ever, but that who prepared a sandbox becomes init by a call, and not by executing it. So init
 * has the interpreter in its memory, and forks it for each stand-in (stand_in.c) that asks: in such a fork, and only
 * there, `warm_serve` returns.
 *
 * A stand-in that may ask has init's own user and no more filters on its calls than init gives to programs; its limits
 * are the fork's. So nobody gets by asking what a grader has taken from him by these means.
 */

#define _GNU_SOURCE
#include "warm.h"
#include "hooks.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define MAX_PASSED 253 /* with one packet, by the kernel */
#define BEYOND 512 /* where descriptors wait until their numbers are free; below OPEN_FILES of init.py */

int launch_main(int count, char **words);

struct stand_in { int line; pid_t fork; };
struct heard {
    pid_t pid;
    uid_t uid;
    int descriptors[MAX_PASSED], count;
    struct rlimit limits[RLIM_NLIMITS];
    cpu_set_t cores;
};

static struct stand_in stand_ins[MAX_STAND_INS] = { [0 ... MAX_STAND_INS - 1] = { .line = -1 } };
static char packet[MAX_PACKET];
static ssize_t packet_length;
static jmp_buf python;
static int hearing;

__attribute__((visibility("default"))) ssize_t warm_serve(int count, char **words, char **request)
{
    if (setjmp(python)) {
        *request = packet;
        return packet_length;
    }
    _exit(launch_main(count, words));
}

/* ---------------------------------------------------------------- in init */

static void wake_up(int number) { (void)number; }

/* Who closes a socket last may have to wait for somebody who does not read, as long as a program wishes, and what it
 * closes may be hidden in a queue of another. With a signal it waits no longer: so we get one, again and again. */
static void hurry(int on)
{
    const struct timeval often = { 0, on ? 10000 : 0 };
    setitimer(ITIMER_REAL, &(struct itimerval){ often, often }, 0);
}

/* Of launch, and of the interpreter; what handles its signals, too, which a program executed would not have kept. */
void close_others(void)
{
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigaction(SIGALRM, &(struct sigaction){ .sa_handler = wake_up, .sa_flags = SA_RESTART }, 0);
    prctl(PR_SET_NAME, "init");
    syscall(SYS_close_range, 3, HEARD_AT - 1, 0);
    syscall(SYS_close_range, HEARD_AT + 1, ~0u, 0);
    hearing = fcntl(HEARD_AT, F_SETFD, FD_CLOEXEC) == 0;
}

void warm_watch(struct pollfd *fds)
{
    fds[0] = (struct pollfd){ hearing ? HEARD_AT : -1, POLLIN, 0 };
    for (int i = 0; i < MAX_STAND_INS; i++) fds[1 + i] = (struct pollfd){ stand_ins[i].line, POLLIN, 0 };
}

static void hang_up(struct stand_in *one)
{
    close(one->line);
    *one = (struct stand_in){ .line = -1 };
}

static long filters_of(pid_t pid)
{
    char path[64], line[256];
    long filters = -1;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *status = fopen(path, "re");
    while (status && fgets(line, sizeof line, status)) if (sscanf(line, "Seccomp_filters: %ld", &filters) == 1) break;
    if (status) fclose(status);
    return filters;
}

/* Returns whether there is a packet of which anything can be made. What came with it is to be closed in any case. */
static int receive(struct heard *heard)
{
    union { struct cmsghdr head; char space[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(MAX_PASSED * sizeof(int))]; } control;
    struct iovec whole = { packet, sizeof packet - 1 };
    struct msghdr message = { .msg_iov = &whole, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    packet_length = recvmsg(HEARD_AT, &message, MSG_CMSG_CLOEXEC);
    if (packet_length < 0) return 0;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
        if (head->cmsg_level != SOL_SOCKET) continue;
        if (head->cmsg_type == SCM_CREDENTIALS) {
            struct ucred *sender = (void *)CMSG_DATA(head);
            heard->pid = sender->pid;
            heard->uid = sender->uid;
        }
        if (head->cmsg_type == SCM_RIGHTS) {
            heard->count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            memcpy(heard->descriptors, CMSG_DATA(head), heard->count * sizeof(int));
        }
    }
    packet[packet_length] = 0;
    return packet_length > (ssize_t)sizeof(struct request) && heard->count >= 2 && heard->count <= MAX_SENT
        && !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
}

static void close_all(const struct heard *heard)
{
    for (int i = 0; i < heard->count; i++) close(heard->descriptors[i]);
}

/* What the stand-in was given, which cannot be more than we may give. Returns whether it was still there. */
static int find_limits(struct heard *heard)
{
    if (sched_getaffinity(heard->pid, sizeof heard->cores, &heard->cores)) return 0;
    for (int resource = 0; resource < RLIM_NLIMITS; resource++)
        if (prlimit(heard->pid, resource, 0, &heard->limits[resource])) return 0;
    return 1;
}

static void take_limits(const struct heard *heard)
{
    if (sched_setaffinity(0, sizeof heard->cores, &heard->cores)) _exit(127);
    for (int resource = 0; resource < RLIM_NLIMITS; resource++)
        if (setrlimit(resource, &heard->limits[resource])) _exit(127);
}

static void take_descriptors(const struct heard *heard, const uint8_t *numbers)
{
    for (int i = 1; i < heard->count; i++) if (dup3(heard->descriptors[i], BEYOND + i, O_CLOEXEC) < 0) _exit(127);
    if (fchdir(BEYOND + 1)) _exit(127);
    syscall(SYS_close_range, 0, BEYOND - 1, 0);
    for (int i = 2; i < heard->count; i++) if (dup2(BEYOND + i, numbers[i - 2]) < 0) _exit(127);
    syscall(SYS_close_range, BEYOND, ~0u, 0);
}

static void become_interpreter(const struct heard *heard, void (*confine)(void))
{
    const struct request *request = (void *)packet;
    setsid();
    signal(SIGALRM, SIG_DFL);
    prctl(PR_SET_NAME, "python3");
    take_descriptors(heard, request->numbers);
    umask(request->umask & 0777);
    for (int number = 1; number < 32; number++) if (request->ignored >> number & 1) signal(number, SIG_IGN);
    take_limits(heard);
    confine();
    explicit_bzero(packet + packet_length, sizeof packet - packet_length); /* of who asked before */
    longjmp(python, 1);
}

/* If the stand-in is the program itself, its fork is that from now on, and what becomes of the stand-in does not matter. */
static void begin(const struct heard *heard, void (*confine)(void), pid_t *program)
{
    struct stand_in *one = stand_ins, *end = stand_ins + MAX_STAND_INS;
    while (one < end && one->line >= 0) one++;
    int line = fcntl(heard->descriptors[0], F_DUPFD_CLOEXEC, 3);
    if (one == end || line < 0) { close(line); return; }
    *one = (struct stand_in){ line, fork() };
    if (one->fork == 0) become_interpreter(heard, confine);
    if (one->fork > 0) (void)!send(line, "b", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (one->fork > 0 && heard->pid == *program) *program = one->fork;
    else if (one->fork > 0) return;
    hang_up(one);
}

static void answer(int filters, void (*confine)(void), pid_t *program)
{
    struct heard heard = { 0 };
    if (receive(&heard) && heard.uid == geteuid() && filters_of(heard.pid) == filters && find_limits(&heard))
        begin(&heard, confine, program);
    close_all(&heard);
}

/* A signal that the stand-in got; or its end, which is the fork's, too. */
static void pass_on(struct stand_in *one)
{
    char number;
    ssize_t n = recv(one->line, &number, 1, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return;
    kill(one->fork, n == 1 ? number : SIGKILL);
    if (n != 1) hang_up(one);
}

void warm_tend(const struct pollfd *fds, int filters, void (*confine)(void), pid_t *program)
{
    int any = 0;
    for (int i = 0; i <= MAX_STAND_INS; i++) any |= fds[i].revents;
    if (!any) return;
    hurry(1);
    for (int i = 0; i < MAX_STAND_INS; i++)
        if (fds[1 + i].revents && stand_ins[i].line >= 0) pass_on(&stand_ins[i]);
    if (fds[0].revents) answer(filters, confine, program);
    hurry(0);
}

void warm_reaped(pid_t pid, int status)
{
    for (int i = 0; i < MAX_STAND_INS; i++) {
        if (stand_ins[i].line < 0 || stand_ins[i].fork != pid) continue;
        (void)!send(stand_ins[i].line, &status, sizeof status, MSG_NOSIGNAL | MSG_DONTWAIT);
        hurry(1);
        hang_up(&stand_ins[i]);
        hurry(0);
    }
}

/* Nobody asks any more, but what was sent still holds descriptors open, the program's streams among them. */
void warm_end(void)
{
    hurry(1);
    for (int more = hearing; more;) {
        struct heard heard = { 0 };
        more = receive(&heard) || packet_length >= 0;
        close_all(&heard);
    }
    if (hearing) close(HEARD_AT);
    hearing = 0;
    hurry(0);
}
