/* init: PID 1 of every sandbox.
 *
 * It lays files in, runs one program, kills every process that is left, and brings files out. It is trusted: it starts
 * before anything of a student's and shares nothing with it but the kernel. The supervisor (watch.py) talks to it in
 * frames over its stdin and stdout; when that line breaks, everything in the sandbox dies, so a supervisor that is
 * killed leaves nothing running.
 *
 *   frame := type (1 byte), length (u32, little endian), payload
 *
 *   in   c  configuration: records key (1 byte), length (u32), value; keys see configure()
 *        f  a file, link or directory: mode with its type (u32), length of path (u32), path, content
 *        x  go
 *        m  to a caller of the mailbox: its number (1 byte), content; without content: hang up
 *        k  kill everything now
 *        q  the report has been read: leave
 *   out  r  the program was started
 *        o  some of its stdout            e  some of its stderr
 *        n  the mailbox has a new caller: its number (1 byte)
 *        m  what a caller says: its number (1 byte), content; without content: it has said all
 *        s  it ended: struct report
 *        F  a file: state (1 byte, enum state), mode (u32), length of path (u32), path, content
 *        z  nothing more will come
 *        X  it could not be started: errno (u32), what was tried
 *        !  init itself failed: errno (u32), what was tried
 *
 * With `-t HEX`, HEX being a configuration, the program gets init's own stdin, stdout and stderr as its terminal.
 *
 * Built by the Makefile beside this file with musl, static, so that it runs in any root, even an empty one.
 */

#define _GNU_SOURCE
#include "hooks.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_WORDS 65536
#define MAX_OUTPUTS 1024
#define MAX_TREE_FILES 8192
#define MAX_TREE_DEPTH 64
#define MAX_RLIMITS 16
#define MAX_CALLERS 16 /* at once: what the supervisor answers them all must fit into a pipe */
#define MAX_WAITING 1024 /* beyond them callers try again after seconds only */
#define POLL_MS 25

enum state { OK, MISSING, NOT_A_FILE, TOO_LARGE, UNREADABLE, LINK, DIRECTORY };
enum reason { BY_ITSELF, TOLD_TO, CPU_POLL, MEMORY_POLL };

struct report { /* as sent: little endian, no padding */
    uint32_t wait_status;
    uint32_t reason;
    uint64_t wall_ns;
    uint64_t cpu_us;
    uint64_t peak_bytes;
};

struct output { char kind; uint64_t max; char *path; };
struct caller { int fd, said_all, hung_up; };
struct rlimit_setting { int resource; uint64_t value; };

static char *arguments[MAX_WORDS], *environment[MAX_WORDS];
static size_t argument_count, environment_count, output_count, rlimit_count;
static struct output outputs[MAX_OUTPUTS];
static struct rlimit_setting rlimits[MAX_RLIMITS];
static char *directory = "/";
static struct sock_fprog filter;
static uint64_t cpu_limit_us, memory_limit_bytes, peak_bytes;
static char *input, *configuration;
static size_t input_length, input_done, configuration_length;
static char passing[65536], hearing[1 + 65536]; /* on the way to the supervisor */
static int is_pid_1;
static uint64_t kept_capabilities;
static int mailbox = -1;
static struct caller callers[MAX_CALLERS] = { [0 ... MAX_CALLERS - 1] = { .fd = -1 } };

static void kill_all(pid_t program, int *program_status, int *program_ended);

/* ---------------------------------------------------------------- the line to the supervisor */

static void leave(int code)
{
    int status, ended = 0;
    if (!is_pid_1) kill_all(0, &status, &ended); /* the end of PID 1 is the end of all anyway */
    _exit(code);
}

static void send_bytes(const void *data, size_t length)
{
    const char *at = data;
    while (length) {
        ssize_t n = write(1, at, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) leave(111); /* nobody listens */
        at += n;
        length -= n;
    }
}

static void send_head(char type, uint32_t length)
{
    unsigned char head[5] = { type, length, length >> 8, length >> 16, length >> 24 };
    send_bytes(head, sizeof head);
}

static void send_frame(char type, const void *data, uint32_t length)
{
    send_head(type, length);
    send_bytes(data, length);
}

static void send_error(char type, int error, const char *what)
{
    uint32_t number = error, length = strlen(what);
    send_head(type, 4 + length);
    send_bytes(&number, 4);
    send_bytes(what, length);
}

static void fail(const char *what)
{
    send_error('!', errno, what);
    leave(112);
}

static int receive_bytes(void *data, size_t length)
{
    char *at = data;
    while (length) {
        ssize_t n = read(0, at, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return 0;
        at += n;
        length -= n;
    }
    return 1;
}

/* A fork of ours may be a program's, which must not find there what others were given. */
static void forget(char *data, size_t length)
{
    explicit_bzero(data, length);
    free(data);
}

static char *receive_frame(char *type, uint32_t *length)
{
    unsigned char head[5];
    if (!receive_bytes(head, sizeof head)) leave(110);
    *type = head[0];
    *length = head[1] | head[2] << 8 | head[3] << 16 | (uint32_t)head[4] << 24;
    char *data = malloc((size_t)*length + 1);
    if (!data) { errno = ENOMEM; fail("receive"); }
    if (!receive_bytes(data, *length)) leave(110);
    data[*length] = 0;
    return data;
}

/* ---------------------------------------------------------------- before the program */

static uint32_t u32(const char *at) { uint32_t value; memcpy(&value, at, 4); return value; }
static uint64_t u64(const char *at) { uint64_t value; memcpy(&value, at, 8); return value; }

static void make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0755);
        *slash = '/';
    }
}

static void limit_scratch(const char *value)
{
    char options[64];
    const char *path = value + 16;
    snprintf(options, sizeof options, "size=%llu,nr_inodes=%llu",
             (unsigned long long)u64(value), (unsigned long long)u64(value + 8));
    if (mount(0, path, 0, MS_REMOUNT | MS_NOSUID | MS_NODEV, options)) fail(path);
}

static void open_mailbox(const char *variable)
{
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof here;
    mailbox = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (mailbox < 0 || bind(mailbox, (void *)&here, length) || listen(mailbox, MAX_WAITING)
        || getsockname(mailbox, (void *)&here, &length))
        fail("mailbox");
    char *word;
    if (environment_count >= MAX_WORDS - 1) { errno = E2BIG; fail("mailbox"); }
    if (asprintf(&word, "%s=http://127.0.0.1:%d", variable, ntohs(here.sin_port)) < 0) fail("memory");
    environment[environment_count++] = word;
}

static void configure(char key, char *value, uint32_t length)
{
    switch (key) {
    case 'A': if (argument_count < MAX_WORDS - 1) arguments[argument_count++] = value; break;
    case 'E': if (environment_count < MAX_WORDS - 1) environment[environment_count++] = value; break;
    case 'C': directory = value; break;
    case 'D': input = value; input_length = length; break;
    case 'M': limit_scratch(value); break;                                  /* size u64, inodes u64, path */
    case 'B': open_mailbox(value); break;                     /* name of the variable that shall hold its address */
    case 'K': kept_capabilities = u64(value); break;
    case 'P': cpu_limit_us = u64(value); memory_limit_bytes = u64(value + 8); break; /* watched here; 0: not */
    case 'R':                                                               /* resource u32, value u64 */
        if (rlimit_count < MAX_RLIMITS)
            rlimits[rlimit_count++] = (struct rlimit_setting){ u32(value), u64(value + 4) };
        break;
    case 'S': filter.len = length / sizeof(struct sock_filter); filter.filter = (void *)value; break;
    case 'O': case 'T': case 'L':                                /* a file, a tree, one with links: max u64, path */
        if (output_count < MAX_OUTPUTS) outputs[output_count++] = (struct output){ key, u64(value), value + 8 };
        break;
    default: errno = EINVAL; fail("configuration key");
    }
}

static void read_configuration(char *data, uint32_t length)
{
    configuration = data;
    configuration_length = length;
    /* Values are used in place, so each is moved down over its header to make room for a closing NUL. */
    for (char *at = data, *end = data + length; end - at >= 5;) {
        char key = at[0];
        uint32_t size = u32(at + 1);
        if (size > (size_t)(end - at - 5)) { errno = EINVAL; fail("configuration"); }
        char *value = memmove(at, at + 5, size);
        value[size] = 0;
        at += 5 + size;
        configure(key, value, size);
    }
}

static void drop_privileges(void)
{
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    uint32_t low = kept_capabilities, high = kept_capabilities >> 32;
    struct __user_cap_data_struct kept[2] = { { low, low, 0 }, { high, high, 0 } };
    for (int capability = 0; capability < 64; capability++)
        if (!(kept_capabilities >> capability & 1)) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capset, &header, kept)) fail("capset");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail("no_new_privs");
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* What is there already stays: files go before links. */
static int lay_link(const char *target, const char *path)
{
    return symlink(target, path) && errno != EEXIST ? errno : 0;
}

static int lay_directory(uint32_t mode, const char *path)
{
    if (mkdir(path, 0755) == 0) chmod(path, mode & 07777);
    else if (errno != EEXIST) return errno;
    return 0;
}

/* Returns an errno if the file does not fit or its place cannot be written, which is not init's failure. */
static int lay_file(char *data, uint32_t length, char **path)
{
    uint32_t mode = u32(data), path_length = u32(data + 4);
    if (path_length > length - 8) { errno = EINVAL; fail("file"); }
    *path = strndup(data + 8, path_length);
    make_parents(*path);
    if (S_ISLNK(mode)) return lay_link(data + 8 + path_length, *path);
    if (S_ISDIR(mode)) return lay_directory(mode, *path);
    int fd = open(*path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) return errno;
    const char *at = data + 8 + path_length, *end = data + length;
    while (at < end) {
        ssize_t n = write(fd, at, end - at);
        if (n < 0) { int error = errno; close(fd); return error; }
        at += n;
    }
    fchmod(fd, mode & 07777);
    close(fd);
    return 0;
}

/* ---------------------------------------------------------------- the program */

static void set_limits(void)
{
    for (size_t i = 0; i < rlimit_count; i++) {
        struct rlimit now;
        getrlimit(rlimits[i].resource, &now);
        rlim_t value = rlimits[i].value < now.rlim_max ? rlimits[i].value : now.rlim_max;
        setrlimit(rlimits[i].resource, &(struct rlimit){ value, value });
    }
}

/* What makes a process of init's one of the program's. */
static int confine(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* else /proc/self is not ours */
    int adjust = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (adjust >= 0) { (void)!write(adjust, "1000", 4); close(adjust); } /* rather the program than init */
    set_limits();
    return !filter.len || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

static void confine_fork(void)
{
    if (!confine()) _exit(127);
    explicit_bzero(configuration, configuration_length);
    explicit_bzero(passing, sizeof passing);
    explicit_bzero(hearing, sizeof hearing);
}

/* As execvp has it with musl; other C libraries give what is no program to a shell. */
static void execute(void)
{
    char path[PATH_MAX];
    int error = ENOENT;
    environ = environment;
    if (strchr(arguments[0], '/')) { execve(arguments[0], arguments, environ); return; }
    for (const char *at = getenv("PATH"), *end; at; at = *end ? end + 1 : 0) {
        end = strchrnul(at, ':');
        snprintf(path, sizeof path, "%.*s/%s", (int)(end - at), at, arguments[0]);
        execve(path, arguments, environ);
        if (errno == EACCES) error = EACCES;
        else if (errno != ENOENT && errno != ENOTDIR) return;
    }
    errno = error;
}

static void become_program(int status)
{
    const char *what = directory;
    if (chdir(directory) == 0) {
        what = "seccomp";
        if (confine()) {
            what = arguments[0];
            execute();
        }
    }
    uint32_t error = errno;
    if (status == 2) { /* a terminal: for people */
        dprintf(2, "%s: %s\r\n", what, strerror(error));
        _exit(127);
    }
    (void)!write(status, &error, 4);
    (void)!write(status, what, strlen(what));
    _exit(127);
}

/* Returns 0, having said why, if the program cannot be executed. */
static pid_t start(int *in, int *out, int *err)
{
    int pipes[3][2], status[2];
    for (int i = 0; i < 3; i++) if (pipe2(pipes[i], O_CLOEXEC)) fail("pipe");
    if (pipe2(status, O_CLOEXEC)) fail("pipe");
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        setsid();
        dup2(pipes[0][0], 0);
        dup2(pipes[1][1], 1);
        dup2(pipes[2][1], 2);
        become_program(status[1]);
    }
    close(pipes[0][0]); close(pipes[1][1]); close(pipes[2][1]); close(status[1]);
    *in = pipes[0][1]; *out = pipes[1][0]; *err = pipes[2][0];
    char message[512];
    ssize_t n = read(status[0], message, 4);
    if (n == 4) {
        n = read(status[0], message + 4, sizeof message - 5);
        message[4 + (n > 0 ? n : 0)] = 0;
        send_error('X', u32(message), message + 4);
        return 0;
    }
    close(status[0]);
    fcntl(*in, F_SETFL, O_NONBLOCK);
    return child;
}

static uint64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

/* ---------------------------------------------------------------- killing */

static void kill_children_of(pid_t parent)
{
    char path[64], word[16];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, parent);
    FILE *children = fopen(path, "re");
    if (!children) return;
    while (fscanf(children, "%15s", word) == 1) {
        kill(atoi(word), SIGSTOP); /* so that it starts no more while its own children are found */
        kill_children_of(atoi(word));
        kill(atoi(word), SIGKILL);
    }
    fclose(children);
}

/* Kills every process but init itself and reaps them; keeps the wait status of the program. */
static void kill_all(pid_t program, int *program_status, int *program_ended)
{
    for (;;) {
        if (is_pid_1) kill(-1, SIGKILL);
        else kill_children_of(getpid());
        int status;
        pid_t pid = waitpid(-1, &status, 0);
        if (pid < 0 && errno == ECHILD) return;
        if (pid == program && !*program_ended) { *program_status = status; *program_ended = 1; }
    }
}

/* ---------------------------------------------------------------- watching, where no control group can */

/* What the living processes use; `exactly` divides shared pages among those that share them, which takes longer. */
struct used { uint64_t ticks, bytes; int exactly; };

static uint64_t sum_of_kib(const char *path, const char *first, const char *second)
{
    char line[256];
    uint64_t sum = 0;
    unsigned long kib;
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');
        if (!colon) continue;
        *colon = 0;
        if ((!strcmp(line, first) || !strcmp(line, second)) && sscanf(colon + 1, "%lu", &kib) == 1) sum += kib * 1024;
    }
    if (file) fclose(file);
    return sum;
}

static void add_process(int pid, struct used *used)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file) return;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = 0;
    char *after_name = strrchr(text, ')');
    unsigned long user = 0, system = 0;
    if (after_name)
        sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    used->ticks += user + system;
    snprintf(path, sizeof path, used->exactly ? "/proc/%d/smaps_rollup" : "/proc/%d/status", pid);
    used->bytes += used->exactly ? sum_of_kib(path, "Pss_Anon", "Pss_Shmem") : sum_of_kib(path, "RssAnon", "RssShmem");
}

static void add_descendants(pid_t parent, struct used *used)
{
    char path[64], word[16];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, parent);
    FILE *children = fopen(path, "re");
    if (!children) return;
    while (fscanf(children, "%15s", word) == 1) {
        add_process(atoi(word), used);
        add_descendants(atoi(word), used);
    }
    fclose(children);
}

static struct used used_now(int exactly)
{
    struct used used = { 0, 0, exactly };
    if (!is_pid_1) {
        add_descendants(getpid(), &used);
        return used;
    }
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes && (entry = readdir(processes));)
        if (atoi(entry->d_name) > 0 && atoi(entry->d_name) != getpid()) add_process(atoi(entry->d_name), &used);
    if (processes) closedir(processes);
    return used;
}

static enum reason over_limit(void)
{
    struct used used = used_now(0);
    if (memory_limit_bytes && used.bytes > memory_limit_bytes) used = used_now(1);
    struct rusage reaped;
    getrusage(RUSAGE_CHILDREN, &reaped);
    uint64_t cpu_us = used.ticks * 1000000 / sysconf(_SC_CLK_TCK)
                    + (reaped.ru_utime.tv_sec + reaped.ru_stime.tv_sec) * 1000000ull
                    + reaped.ru_utime.tv_usec + reaped.ru_stime.tv_usec;
    if (used.bytes > peak_bytes) peak_bytes = used.bytes;
    if (cpu_limit_us && cpu_us >= cpu_limit_us) return CPU_POLL;
    if (memory_limit_bytes && used.bytes > memory_limit_bytes) return MEMORY_POLL;
    return BY_ITSELF;
}

/* ---------------------------------------------------------------- while it runs */

/* Passes on what is there; returns 0 at the end of the stream. */
static int pass_on(int fd, char type)
{
    ssize_t n = read(fd, passing, sizeof passing);
    if (n < 0) return errno == EINTR || errno == EAGAIN;
    if (n > 0) send_frame(type, passing, n);
    return n > 0;
}

static void feed(struct pollfd *in)
{
    ssize_t n = input_done < input_length ? write(in->fd, input + input_done, input_length - input_done) : 0;
    if (n > 0) input_done += n;
    if (input_done == input_length || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        close(in->fd);
        in->fd = -1;
    }
}

/* ---------------------------------------------------------------- the mailbox: the supervisor is its server */

/* A caller that was hung up on is kept until it hangs up, too, so that it can read its answer, or its place is needed. */
static struct caller *free_place(void)
{
    struct caller *found = 0;
    for (int i = 0; i < MAX_CALLERS; i++)
        if (callers[i].fd < 0 || (callers[i].hung_up && !found)) found = &callers[i];
    return found;
}

static int take_call(void)
{
    struct caller *place = free_place();
    int fd = place ? accept4(mailbox, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK) : -1;
    if (fd < 0) return 0;
    if (place->fd >= 0) close(place->fd);
    *place = (struct caller){ .fd = fd };
    char number = place - callers;
    send_frame('n', &number, 1);
    return 1;
}

/* Passes on what a caller says; returns 0 if there was nothing. */
static int listen_to(struct caller *caller)
{
    ssize_t n = read(caller->fd, hearing + 1, sizeof hearing - 1);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return 0;
    if (n <= 0) caller->said_all = 1;
    hearing[0] = caller - callers;
    if (!caller->hung_up) send_frame('m', hearing, 1 + (n > 0 ? n : 0));
    else if (n <= 0) { close(caller->fd); caller->fd = -1; }
    return n > 0;
}

static void answer(const char *data, uint32_t length)
{
    struct caller *caller = &callers[(unsigned char)data[0] % MAX_CALLERS];
    if (length > 1) { (void)!send(caller->fd, data + 1, length - 1, MSG_NOSIGNAL); return; }
    caller->hung_up = 1;
    shutdown(caller->fd, SHUT_WR);
    if (caller->said_all) { close(caller->fd); caller->fd = -1; }
}

static void watch_mailbox(struct pollfd *fds)
{
    fds[0] = (struct pollfd){ free_place() ? mailbox : -1, POLLIN, 0 };
    for (int i = 0; i < MAX_CALLERS; i++)
        fds[1 + i] = (struct pollfd){ callers[i].said_all ? -1 : callers[i].fd, POLLIN, 0 };
}

static void serve_mailbox(const struct pollfd *fds)
{
    for (int i = 0; i < MAX_CALLERS; i++) if (fds[1 + i].revents) listen_to(&callers[i]);
    if (fds[0].revents) take_call();
}

/* After the end of all callers: what they said before it counts. */
static void hear_out(void)
{
    while (mailbox >= 0 && take_call()) {}
    for (int i = 0; i < MAX_CALLERS; i++)
        while (callers[i].fd >= 0 && !callers[i].said_all && listen_to(&callers[i])) {}
}

/* Returns whether we were told to kill. */
static int obey(void)
{
    char type;
    uint32_t length;
    char *data = receive_frame(&type, &length); /* leaves when the line is broken */
    if (type == 'm' && length) answer(data, length);
    forget(data, length);
    return type == 'k';
}

static void reap(pid_t program, int *status, int *ended)
{
    int any;
    for (pid_t pid; (pid = waitpid(-1, &any, WNOHANG)) > 0;)
        if (pid == program) { *status = any; *ended = 1; }
        else warm_reaped(pid, any);
}

/* Returns 0 if there is nothing to report, because the program never started. */
static int run(struct report *report)
{
    enum { CONTROL, OUT, ERR, IN, CHILD, MAILBOX, WARM_ = MAILBOX + 1 + MAX_CALLERS, COUNT = WARM_ + WARM_DESCRIPTORS };
    struct pollfd fds[COUNT] = { [CONTROL] = { 0, POLLIN, 0 }, [MAILBOX ... COUNT - 1] = { .fd = -1 } };
    sigset_t child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_signal, 0);
    fds[CHILD] = (struct pollfd){ signalfd(-1, &child_signal, SFD_CLOEXEC | SFD_NONBLOCK), POLLIN, 0 };

    uint64_t begin = now_ns();
    pid_t program = start(&fds[IN].fd, &fds[OUT].fd, &fds[ERR].fd);
    if (!program) return 0;
    fds[IN].events = POLLOUT;
    fds[OUT].events = fds[ERR].events = POLLIN;
    send_frame('r', "", 0);
    signal(SIGPIPE, SIG_IGN);

    int status = 0, ended = 0, watched = cpu_limit_us || memory_limit_bytes;
    enum reason reason = BY_ITSELF;
    while (!ended && reason == BY_ITSELF) {
        if (mailbox >= 0) watch_mailbox(&fds[MAILBOX]);
        warm_watch(&fds[WARM_]);
        if (poll(fds, COUNT, watched ? POLL_MS : -1) < 0 && errno != EINTR) fail("poll");
        if (fds[CONTROL].revents && obey()) reason = TOLD_TO;
        if (fds[IN].fd >= 0 && fds[IN].revents) feed(&fds[IN]);
        if (fds[OUT].revents && !pass_on(fds[OUT].fd, 'o')) fds[OUT].fd = -1 - fds[OUT].fd;
        if (fds[ERR].revents && !pass_on(fds[ERR].fd, 'e')) fds[ERR].fd = -1 - fds[ERR].fd;
        serve_mailbox(&fds[MAILBOX]);
        if (fds[CHILD].revents) {
            struct signalfd_siginfo information;
            (void)!read(fds[CHILD].fd, &information, sizeof information);
            reap(program, &status, &ended);
        }
        warm_tend(&fds[WARM_], filter.len > 0, confine_fork, &program);
        if (watched && !ended && reason == BY_ITSELF) reason = over_limit();
    }
    uint64_t wall_ns = now_ns() - begin;
    kill_all(program, &status, &ended);
    warm_end();
    while (fds[OUT].fd >= 0 && pass_on(fds[OUT].fd, 'o')) {}
    while (fds[ERR].fd >= 0 && pass_on(fds[ERR].fd, 'e')) {}
    hear_out();

    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    uint64_t resident = used.ru_maxrss * 1024ull;
    *report = (struct report){
        .wait_status = status, .reason = reason, .wall_ns = wall_ns,
        .cpu_us = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000ull + used.ru_utime.tv_usec + used.ru_stime.tv_usec,
        .peak_bytes = resident > peak_bytes ? resident : peak_bytes,
    };
    return 1;
}

/* ---------------------------------------------------------------- after it: everybody is dead, nothing can race */

static void send_file(enum state state, uint32_t mode, const char *path, const char *data, uint32_t length)
{
    uint32_t path_length = strlen(path);
    send_head('F', 1 + 4 + 4 + path_length + length);
    unsigned char byte = state;
    send_bytes(&byte, 1);
    send_bytes(&mode, 4);
    send_bytes(&path_length, 4);
    send_bytes(path, path_length);
    send_bytes(data, length);
}

/* Opens without following a link anywhere on the way. */
static int open_plainly(const char *path, int flags)
{
    char *copy = strdup(path), *rest = copy;
    int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (char *name; at >= 0 && (name = strsep(&rest, "/"));) {
        if (!*name) continue;
        int next = openat(at, name, (rest ? O_PATH | O_DIRECTORY : flags) | O_NOFOLLOW | O_CLOEXEC);
        int error = errno;
        close(at);
        errno = error;
        at = next;
    }
    free(copy);
    return at;
}

static enum state state_of_error(int error)
{
    switch (error) {
    case ENOENT: return MISSING;
    case ELOOP: case ENOTDIR: case ENXIO: case EISDIR: return NOT_A_FILE;
    default: return UNREADABLE;
    }
}

/* Sends the open file if it is plain and not larger than `*left`, and takes its size off `*left`. Closes it. A file with
 * other names may be somebody else's, so that it is taken only with `links`. */
static enum state bring_open_file(int fd, const char *path, uint64_t *left, int links)
{
    struct stat info;
    if (fd < 0) return state_of_error(errno);
    enum state state = OK;
    if (fstat(fd, &info) || !S_ISREG(info.st_mode) || (info.st_nlink != 1 && !links)) state = NOT_A_FILE;
    else if ((uint64_t)info.st_size > *left) state = TOO_LARGE;
    char *data = state == OK ? malloc(info.st_size + 1) : 0;
    if (state == OK && !data) state = TOO_LARGE;
    off_t done = 0;
    while (state == OK && done < info.st_size) {
        ssize_t n = read(fd, data + done, info.st_size - done);
        if (n <= 0) state = UNREADABLE;
        else done += n;
    }
    close(fd);
    if (state == OK) {
        *left -= info.st_size;
        send_file(OK, info.st_mode & 0777, path, data, info.st_size);
    }
    free(data);
    return state;
}

static enum state bring_link(int directory, const char *name, const char *path, uint64_t *left)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(directory, name, target, sizeof target);
    if (length < 0) return UNREADABLE;
    if ((uint64_t)length > *left) return TOO_LARGE;
    *left -= length;
    send_file(LINK, 0777, path, target, length);
    return OK;
}

struct tree { uint64_t left; unsigned count; int links; }; /* links, and empty directories, are wanted */

static enum state bring_open_tree(int fd, const char *path, struct tree *tree, unsigned depth);

static enum state bring_entry(int directory, const char *name, const char *path, struct tree *tree, unsigned depth)
{
    struct stat info;
    int plainly = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC;
    if (++tree->count > MAX_TREE_FILES) return TOO_LARGE;
    if (fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW)) return UNREADABLE;
    if (tree->links && S_ISLNK(info.st_mode)) return bring_link(directory, name, path, &tree->left);
    if (S_ISDIR(info.st_mode))
        return bring_open_tree(openat(directory, name, plainly | O_DIRECTORY), path, tree, depth + 1);
    return bring_open_file(openat(directory, name, plainly), path, &tree->left, tree->links);
}

/* Sends all plain files below the open directory, and what is found in place of others. Closes it. */
static enum state bring_open_tree(int fd, const char *path, struct tree *tree, unsigned depth)
{
    if (fd < 0) return state_of_error(errno);
    DIR *entries = fdopendir(fd);
    if (!entries) fail("fdopendir");
    enum state state = depth < MAX_TREE_DEPTH ? OK : TOO_LARGE;
    struct stat info;
    int empty = fstat(fd, &info) == 0;
    for (struct dirent *entry; state == OK && (entry = readdir(entries));) {
        const char *name = entry->d_name;
        char *child;
        if (!strcmp(name, ".") || !strcmp(name, "..")) continue;
        empty = 0;
        if (asprintf(&child, "%s/%s", path, name) < 0) fail("memory");
        enum state one = bring_entry(fd, name, child, tree, depth);
        if (one == TOO_LARGE) state = one;
        else if (one != OK) send_file(one, 0, child, "", 0);
        free(child);
    }
    closedir(entries);
    if (empty && tree->links && depth && state == OK) send_file(DIRECTORY, info.st_mode & 0777, path, "", 0);
    return state;
}

static enum state bring(const struct output *output)
{
    struct tree tree = { .left = output->max, .links = output->kind == 'L' };
    if (output->kind == 'O')
        return bring_open_file(open_plainly(output->path, O_RDONLY | O_NONBLOCK | O_NOCTTY), output->path, &tree.left, 0);
    return bring_open_tree(open_plainly(output->path, O_RDONLY | O_DIRECTORY), output->path, &tree, 0);
}

static void bring_outputs(void)
{
    for (size_t i = 0; i < output_count; i++) {
        enum state state = bring(&outputs[i]);
        if (state != OK) send_file(state, 0, outputs[i].path, "", 0);
    }
}

/* ---------------------------------------------------------------- main */

static int run_in_terminal(char *hex)
{
    size_t length = strlen(hex) / 2;
    char *data = malloc(length + 1);
    for (size_t i = 0; i < length; i++) {
        unsigned byte;
        sscanf(hex + 2 * i, "%2x", &byte);
        data[i] = byte;
    }
    read_configuration(data, length);
    drop_privileges();
    signal(SIGHUP, SIG_IGN);
    ioctl(0, TIOCNOTTY); /* where the terminal is ours already, so that the program's shell can have it */
    pid_t program = fork();
    if (program == 0) {
        signal(SIGHUP, SIG_DFL);
        setsid();
        ioctl(0, TIOCSCTTY, 0);
        become_program(2);
    }
    int status = 0, ended = 0;
    for (struct pollfd terminal = { 0, 0, 0 }; !ended && !(terminal.revents & POLLHUP);) {
        reap(program, &status, &ended);
        if (!ended) poll(&terminal, 1, 50);
    }
    int last = ended ? status : SIGHUP;
    kill_all(program, &status, &ended);
    return WIFEXITED(last) ? WEXITSTATUS(last) : 128 + WTERMSIG(last);
}

int main(int count, char **words)
{
    umask(022);
    close_others(); /* what programs before us left open */
    is_pid_1 = getpid() == 1;
    if (!is_pid_1) prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    if (count == 3 && !strcmp(words[1], "-t")) return run_in_terminal(words[2]);

    int not_laid = 0;
    char type = 0, *path = "", *unlaid = "";
    while (type != 'x') {
        uint32_t length;
        char *data = receive_frame(&type, &length);
        if (type == 'c') { read_configuration(data, length); drop_privileges(); }
        if (type == 'f') {
            int error = not_laid ? 0 : lay_file(data, length, &path);
            if (error) { not_laid = error; unlaid = path; }
            forget(data, length);
        }
        if (type == 'k') leave(0);
    }
    if (not_laid) {
        send_error('X', not_laid, unlaid);
    } else {
        struct report report;
        if (run(&report)) {
            send_frame('s', &report, sizeof report);
            bring_outputs();
        }
    }
    send_frame('z', "", 0);
    uint32_t length; /* the supervisor reads the control group while we are still in it */
    while (type != 'q') free(receive_frame(&type, &length));
    return 0;
}
