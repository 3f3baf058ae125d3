/* launch: prepares the place for a sandbox and then becomes it.
 *
 *   launch [OPTION VALUE...]... -- PROGRAM ARGUMENT...
 *   launch [OPTION VALUE...]... --serve DESCRIPTOR
 *
 * Options are carried out in the order given:
 *   --join FILE              write our pid to a control group's cgroup.procs
 *   --into DIRECTORY         go on as a child born in this control group (v2), and end as it ends
 *   --private                own mount namespace: what is mounted from here on vanishes with us
 *   --umount PATH            detach what is mounted there, if anything (only after --private)
 *   --tmpfs PATH OPTIONS
 *   --idmap SOURCE TARGET MAP  bind SOURCE to TARGET with ids shown as MAP says, "0:200000:65536,...", if that can be
 *   --overlay PATH OPTIONS
 *   --bind SOURCE TARGET     with what is mounted below SOURCE
 *   --move SOURCE TARGET     move what is mounted at SOURCE
 *   --mkdir PATH             this and the next three go through no symbolic link on the way to PATH
 *   --symlink TARGET PATH
 *   --touch PATH
 *   --own PATH UID           give PATH to UID
 *   --restrict PATH NUMBER   give what is mounted at PATH and below the attributes NUMBER, if that can be
 *   --rlimit NUMBER VALUE
 *   --users FD UID MAP       hold at FD a user namespace of UID's with many ids, mapped as in "0:200000:65536"
 *   --uid UID                become UID, with no other groups
 *   --namespaces FLAGS       go on as the first process of new namespaces, CLONE_NEWPID and others, and end as it ends;
 *                            what is mounted from here on vanishes with it
 *   --hostname NAME
 *   --loopback               let programs of our network namespace talk to each other
 *   --proc PATH              mount there what shows the processes of our process namespace
 *   --pivot PATH             make what is mounted at PATH the root, and let go of all else
 *   --enter FD UID BITS      become UID in the user namespace FD, with no capabilities but BITS, for ever
 *   --die PID                die when our parent dies, whose pid is PID
 *   --hear FD PATH           have at FD what every user sends to the socket PATH
 *   --init                   go on as init, which in a warm Python is part of us: see warm.c
 *
 * With --serve it stays, and does for each request that comes over the socket DESCRIPTOR what a launch of its own would
 * do, in a child. Such a child is born in our control group and need not enter it, which takes the kernel 10 ms.
 *   in   the command line of such a launch, each word with its closing NUL, and its stdin, stdout and stderr
 *        k   kill it
 *   out  0 (i32) when we are ready, and its wait status (i32) when it has ended
 * One child at a time. When the process that started us ends, or closes the socket, we kill what is in the groups that
 * we joined, remove them, and leave; children told to --die die then, too.
 *
 * It exists because each of these must happen between fork and exec, in order, without a Python interpreter's
 * start, and so that mounts and memberships end with the process, whoever kills it. Exit code 113 and a line on
 * stderr mean that it failed itself.
 */

#define _GNU_SOURCE
#include "hooks.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
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
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#define SYS_clone3 435
#endif
#define CLONE_INTO_CGROUP_ 0x200000000ull
#define OPEN_TREE_CLONE_ 1
#define OPEN_TREE_CLOEXEC_ O_CLOEXEC
#define MOVE_MOUNT_F_EMPTY_PATH_ 4
#define AT_RECURSIVE_ 0x8000
#define MOUNT_ATTR_IDMAP_ 0x00100000
#define RESOLVE_NO_SYMLINKS_ 4
#define JOIN_SESSION_KEYRING_ 1
struct open_how_ { uint64_t flags, mode, resolve; };
struct mount_attr_ { uint64_t attr_set, attr_clr, propagation, userns_fd; };
struct clone_args_ { uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup; };

#define MAX_REQUEST (1 << 20)
#define MAX_WORDS 16384
#define MAX_GROUPS 16

static pid_t parent; /* of a process that we forked ourselves; 0: whoever started us */
static int lifeline[2] = { -1, -1 }; /* hangs up with our parent where its pid cannot be seen */

static const char *joined[MAX_GROUPS];
static size_t joined_count;

static void carry_out_all(char **word);

static void fail(const char *option, const char *value)
{
    fprintf(stderr, "launch: %s %s: %s\n", option, value, strerror(errno));
    _exit(113);
}

static void write_file(const char *option, const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0) fail(option, path);
    close(fd);
}

/* What the kernel does at once since 5.6, if no filter forbids it. */
static int walk(char *path)
{
    int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (char *name; at >= 0 && (name = strsep(&path, "/"));) {
        if (!*name) continue;
        int next = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), error = errno;
        close(at);
        errno = error;
        at = next;
    }
    return at;
}

/* The directory that `path` lies in, reached through no symbolic link; `*name` is what comes after it. An image or a
 * grader may have links where we make something, and what we make as root must not be made wherever they lead. */
static int parent_of(const char *option, const char *path, const char **name)
{
    static char above[4096];
    struct open_how_ how = { O_PATH | O_DIRECTORY | O_CLOEXEC, 0, RESOLVE_NO_SYMLINKS_ };
    const char *slash = strrchr(path, '/');
    errno = *path == '/' ? ENAMETOOLONG : EINVAL;
    if (*path != '/' || (size_t)(slash - path) >= sizeof above - 1) fail(option, path);
    snprintf(above, sizeof above, "%.*s/", (int)(slash - path), path);
    *name = slash + 1;
    int fd = syscall(SYS_openat2, AT_FDCWD, above, &how, sizeof how);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) fd = walk(above);
    if (fd < 0) fail(option, path);
    return fd;
}

static void make_directory(const char *path)
{
    const char *name;
    int above = parent_of("--mkdir", path, &name);
    if (mkdirat(above, name, 0755) && errno != EEXIST) fail("--mkdir", path);
    close(above);
}

static void make_file(const char *path)
{
    const char *name;
    int above = parent_of("--touch", path, &name);
    if (mknodat(above, name, S_IFREG | 0644, 0) && errno != EEXIST) fail("--touch", path);
    close(above);
}

static void make_link(const char *target, const char *path)
{
    const char *name;
    int above = parent_of("--symlink", path, &name);
    if (symlinkat(target, above, name)) fail("--symlink", path);
    close(above);
}

static void give(const char *path, uid_t uid)
{
    const char *name;
    int above = parent_of("--own", path, &name);
    if (fchownat(above, name, uid, uid, AT_SYMLINK_NOFOLLOW)) fail("--own", path);
    close(above);
}

static void hear(int fd, const char *path)
{
    const char *name;
    struct sockaddr_un place = { .sun_family = AF_UNIX };
    int above = parent_of("--hear", path, &name), any = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), yes = 1;
    mode_t mask = umask(0); /* the path may be longer than an address can be */
    snprintf(place.sun_path, sizeof place.sun_path, "/proc/self/fd/%d/%s", above, name);
    if (any < 0 || bind(any, (void *)&place, sizeof place) || setsockopt(any, SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes)
        || dup2(any, fd) < 0)
        fail("--hear", path);
    umask(mask);
    close(any);
    close(above);
}

/* To the kernel -1 means that nothing shall change, which would leave us root. */
static uid_t user(const char *option, const char *word)
{
    char *end;
    unsigned long id = strtoul(word, &end, 10);
    errno = EINVAL;
    if (end == word || *end || id >= (uid_t)-1) fail(option, word);
    return id;
}

static void become(uid_t uid, const char *word)
{
    if (setgroups(0, 0) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid)) fail("--uid", word);
}

/* A user namespace of `owner` in which the ids are mapped as `map` says; kept by its file descriptor alone. */
static int user_namespace(const char *map, uid_t owner)
{
    int ready[2], done[2];
    char path[64], *text = strdup(map);
    if (pipe2(ready, O_CLOEXEC) || pipe2(done, O_CLOEXEC)) fail("--idmap", "pipe");
    for (char *at = text; *at; at++) *at = *at == ':' ? ' ' : *at == ',' ? '\n' : *at;
    pid_t child = fork();
    if (child < 0) fail("--idmap", "fork");
    if (child == 0) {
        char name[24] = "";
        if (owner) become(owner, map);
        /* what /proc calls it, which may show another process namespace; empty if it cannot be */
        if (readlink("/proc/self", name, sizeof name - 1) < 0 || unshare(CLONE_NEWUSER)) *name = 0;
        (void)!write(ready[1], name, sizeof name);
        close(done[1]);
        (void)!read(done[0], name, 1);
        _exit(0);
    }
    char name[24] = "";
    close(ready[1]); /* else we would wait for a child that has ended */
    (void)!read(ready[0], name, sizeof name);
    if (!*name) { errno = EPERM; fail("--idmap", "unshare"); }
    snprintf(path, sizeof path, "/proc/%s/uid_map", name);
    write_file("--idmap", path, text);
    snprintf(path, sizeof path, "/proc/%s/gid_map", name);
    write_file("--idmap", path, text);
    snprintf(path, sizeof path, "/proc/%s/ns/user", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail("--idmap", path);
    close(done[1]);
    waitpid(child, 0, 0);
    close(ready[0]);
    close(done[0]);
    return fd;
}

static void idmap(const char *source, const char *target, const char *map)
{
    int tree = syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_);
    if (tree < 0) fail("--idmap", source);
    struct mount_attr_ attributes = { MOUNT_ATTR_IDMAP_, 0, 0, user_namespace(map, 0) };
    /* Some file systems, overlays among them, cannot move ids: then their files look like nobody's, and still serve. */
    if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes)
        && errno != EINVAL && errno != ENOSYS)
        fail("--idmap", map);
    if (syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH_)) fail("--idmap", target);
    close(attributes.userns_fd);
    close(tree);
}

/* Older kernels cannot; a sandbox that starts after us sets them one by one, and only finds nothing left to do here. In
 * namespaces of our own nobody comes after us. */
static void restrict_tree(const char *path, const char *number)
{
    struct mount_attr_ attributes = { strtoull(number, 0, 10), 0, 0, 0 };
    if (syscall(SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE_, &attributes, sizeof attributes)
        && (errno != ENOSYS || lifeline[0] >= 0))
        fail("--restrict", path);
}

static void make_private(void)
{
    if (unshare(CLONE_NEWNS)) fail("--private", "");
    if (mount("none", "/", 0, MS_REC | MS_PRIVATE, 0)) fail("--private", "/");
}

static void join(const char *file)
{
    write_file("--join", file, "0");
    if (joined_count < MAX_GROUPS) joined[joined_count++] = file;
}

static void end_like(pid_t child)
{
    int status;
    signal(SIGINT, SIG_IGN); /* what is typed at a terminal is for the child */
    signal(SIGQUIT, SIG_IGN);
    while (waitpid(child, &status, 0) < 0) if (errno != EINTR) fail("wait", "");
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void go_into(const char *group)
{
    struct clone_args_ arguments = { .flags = CLONE_INTO_CGROUP_, .exit_signal = SIGCHLD };
    char path[4096];
    int fd = open(group, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL)) fail("--into", group);
    arguments.cgroup = fd;
    pid_t us = getpid(), child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child > 0) end_like(child);
    if (child == 0) parent = us;
    else { /* before Linux 5.7, or in a container that forbids it */
        snprintf(path, sizeof path, "%s/cgroup.procs", group);
        write_file("--into", path, "0");
    }
    close(fd);
}

/* ---------------------------------------------------------------- namespaces */

static void go_into_namespaces(const char *word)
{
    unsigned long flags = strtoul(word, 0, 0);
    if (pipe2(lifeline, O_CLOEXEC)) fail("--namespaces", "pipe");
    pid_t child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
    if (child < 0) fail("--namespaces", word);
    if (child > 0) { close(lifeline[0]); end_like(child); }
    close(lifeline[1]);
    if (mount("none", "/", 0, MS_REC | MS_PRIVATE, 0)) fail("--namespaces", "/");
    syscall(SYS_keyctl, JOIN_SESSION_KEYRING_, 0); /* and not that of whoever grades; a kernel without keys has none */
}

static void bring_loopback_up(void)
{
    struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (any < 0 || ioctl(any, SIOCSIFFLAGS, &request)) fail("--loopback", "lo");
    close(any);
}

static void pivot(const char *root)
{
    if (chdir(root) || syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/")) fail("--pivot", root);
}

static void enter(int users, const char *uid, const char *bits)
{
    uint64_t kept = strtoull(bits, 0, 0);
    uid_t id = user("--enter", uid);
    if (setgroups(0, 0) || setns(users, CLONE_NEWUSER) || close(users)) fail("--enter", uid);
    for (int capability = 0; capability < 64; capability++) /* EINVAL: this kernel has no more of them */
        if (!(kept >> capability & 1) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) && errno != EINVAL)
            fail("--enter", bits);
    if (setresgid(id, id, id) || setresuid(id, id, id)) fail("--enter", uid);
}

/* It may have died before we asked. */
static void die_with_parent(const char *pid)
{
    struct pollfd line = { lifeline[0], 0, 0 };
    if (prctl(PR_SET_PDEATHSIG, SIGKILL)) fail("--die", pid);
    if (lifeline[0] >= 0 ? poll(&line, 1, 0) != 0 : getppid() != (parent ? parent : atoi(pid))) _exit(113);
}

/* ---------------------------------------------------------------- serving */

/* Returns the number of bytes, 0 when nobody will ask any more. */
static ssize_t receive(int line, char *text, int descriptors[3])
{
    union { struct cmsghdr head; char space[CMSG_SPACE(3 * sizeof(int))]; } control;
    struct iovec whole = { text, MAX_REQUEST };
    struct msghdr message = { .msg_iov = &whole, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t n = recvmsg(line, &message, MSG_CMSG_CLOEXEC);
    if (n <= 0 || message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) return 0;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (head && head->cmsg_len == CMSG_LEN(3 * sizeof(int))) memcpy(descriptors, CMSG_DATA(head), 3 * sizeof(int));
    return n;
}

static pid_t begin(char *text, ssize_t length, const int descriptors[3])
{
    static char *words[MAX_WORDS];
    size_t count = 0;
    sigset_t none;
    pid_t us = getpid(), child = fork();
    if (child < 0) fail("--serve", "fork");
    if (child > 0) {
        for (int i = 0; i < 3; i++) close(descriptors[i]);
        return child;
    }
    parent = us;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
    for (int i = 0; i < 3; i++) if (dup2(descriptors[i], i) < 0) fail("--serve", "dup2");
    for (char *at = text; at < text + length && count < MAX_WORDS - 1; at += strlen(at) + 1) words[count++] = at;
    carry_out_all(words + 1);
    return 0;
}

/* Returns whether there was anybody. */
static int kill_others_in(const char *group)
{
    int pid, found = 0;
    FILE *pids = fopen(group, "re");
    if (!pids) return 0;
    while (fscanf(pids, "%d", &pid) == 1) if (pid != getpid()) found = !kill(pid, SIGKILL) || found;
    fclose(pids);
    while (waitpid(-1, 0, WNOHANG) > 0) {}
    return found;
}

/* Nobody needs us any more: the groups go, and before them what runs there. Whoever finds them first may be quicker. */
static void leave(void)
{
    char path[4096];
    for (int i = 0; joined_count && i < 400 && kill_others_in(joined[0]); i++) usleep(5000);
    for (size_t i = 0; i < joined_count; i++) {
        snprintf(path, sizeof path, "%s", joined[i]);
        *strrchr(path, '/') = 0;
        char *name = strrchr(path, '/'), group[4096];
        strcpy(group, path);
        strcpy(name, "/cgroup.procs");
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd >= 0) { (void)!write(fd, "0", 1); close(fd); }
        for (int j = 0; j < 100 && rmdir(group) && errno == EBUSY; j++) usleep(5000);
    }
    _exit(0);
}

static void tell(int line, int status)
{
    if (send(line, &status, sizeof status, MSG_NOSIGNAL) < 0) leave();
}

static void tell_of_the_dead(int line, pid_t *child)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (pid != *child) continue;
        *child = 0;
        tell(line, status);
    }
}

static void serve(int line)
{
    enum { LINE, STARTER, CHILD, COUNT };
    static char text[MAX_REQUEST + 1];
    pid_t child = 0;
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, 0);
    setsid(); /* ^C at a terminal is for who started us */
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); /* whom nobody waits for would count in our groups for as long */
    fcntl(line, F_SETFD, FD_CLOEXEC);
    struct pollfd fds[COUNT] = {
        [LINE] = { line, POLLIN, 0 },
        [STARTER] = { syscall(SYS_pidfd_open, getppid(), 0), POLLIN, 0 }, /* a fork of it may keep the socket open */
        [CHILD] = { signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK), POLLIN, 0 },
    };
    tell(line, 0);
    for (;;) {
        if (poll(fds, COUNT, -1) < 0 && errno != EINTR) fail("--serve", "poll");
        if (fds[STARTER].revents) leave();
        if (fds[CHILD].revents) {
            struct signalfd_siginfo information;
            (void)!read(fds[CHILD].fd, &information, sizeof information);
            tell_of_the_dead(line, &child);
        }
        if (!fds[LINE].revents) continue;
        int descriptors[3] = { -1, -1, -1 };
        ssize_t length = receive(line, text, descriptors);
        if (length <= 0) leave();
        text[length] = 0;
        if (descriptors[2] >= 0 && !child) child = begin(text, length, descriptors);
        else if (*text == 'k' && child) kill(child, SIGKILL);
    }
}

/* ---------------------------------------------------------------- options */

/* Carries out one option; returns how many words it took. */
static int carry_out(char **word)
{
    const char *option = word[0];
    if (!strcmp(option, "--private")) { make_private(); return 1; }
    if (!strcmp(option, "--loopback")) { bring_loopback_up(); return 1; }
#ifdef WARM
    if (!strcmp(option, "--init")) _exit(init_main(1, word));
#endif
    if (!word[1]) { errno = EINVAL; fail(option, ""); }
    if (!strcmp(option, "--die")) { die_with_parent(word[1]); return 2; }
    if (!strcmp(option, "--namespaces")) { go_into_namespaces(word[1]); return 2; }
    if (!strcmp(option, "--hostname")) { if (sethostname(word[1], strlen(word[1]))) fail(option, word[1]); return 2; }
    if (!strcmp(option, "--pivot")) { pivot(word[1]); return 2; }
    if (!strcmp(option, "--proc")) {
        if (mount("proc", word[1], "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, 0)) fail(option, word[1]);
        return 2;
    }
    if (!strcmp(option, "--join")) { join(word[1]); return 2; }
    if (!strcmp(option, "--into")) { go_into(word[1]); return 2; }
    if (!strcmp(option, "--serve")) serve(atoi(word[1]));
    if (!strcmp(option, "--umount")) { if (umount2(word[1], MNT_DETACH) && errno != EINVAL && errno != ENOENT) fail(option, word[1]); return 2; }
    if (!strcmp(option, "--mkdir")) { make_directory(word[1]); return 2; }
    if (!strcmp(option, "--touch")) { make_file(word[1]); return 2; }
    if (!strcmp(option, "--uid")) { become(user(option, word[1]), word[1]); return 2; }
    if (!word[2]) { errno = EINVAL; fail(option, word[1]); }
    if (!strcmp(option, "--own")) { give(word[1], user(option, word[2])); return 3; }
    if (!strcmp(option, "--restrict")) { restrict_tree(word[1], word[2]); return 3; }
    if (!strcmp(option, "--hear")) { hear(atoi(word[1]), word[2]); return 3; }
    if (!strcmp(option, "--symlink")) { make_link(word[1], word[2]); return 3; }
    if (!strcmp(option, "--bind")) {
        if (mount(word[1], word[2], 0, MS_BIND | MS_REC, 0)) fail(option, word[1]);
        return 3;
    }
    if (!strcmp(option, "--move")) {
        if (mount(word[1], word[2], 0, MS_MOVE, 0)) fail(option, word[1]);
        return 3;
    }
    if (!strcmp(option, "--tmpfs")) {
        if (mount("tmpfs", word[1], "tmpfs", MS_NOSUID | MS_NODEV, word[2])) fail(option, word[1]);
        return 3;
    }
    if (!strcmp(option, "--overlay")) {
        if (mount("overlay", word[1], "overlay", MS_NOSUID | MS_NODEV, word[2])) fail(option, word[2]);
        return 3;
    }
    if (!strcmp(option, "--rlimit")) {
        struct rlimit limit = { strtoull(word[2], 0, 10), strtoull(word[2], 0, 10) };
        if (setrlimit(atoi(word[1]), &limit)) fail(option, word[2]);
        return 3;
    }
    if (!word[3]) { errno = EINVAL; fail(option, word[2]); }
    if (!strcmp(option, "--users")) {
        int users = user_namespace(word[3], user(option, word[2]));
        if (dup2(users, atoi(word[1])) < 0) fail(option, word[1]);
        close(users);
        return 4;
    }
    if (!strcmp(option, "--idmap")) { idmap(word[1], word[2], word[3]); return 4; }
    if (!strcmp(option, "--enter")) { enter(atoi(word[1]), word[2], word[3]); return 4; }
    errno = EINVAL;
    fail(option, "");
    return 0;
}

static void carry_out_all(char **word)
{
    while (*word && strcmp(*word, "--")) word += carry_out(word);
    if (!*word || !word[1]) { errno = EINVAL; fail("--", "PROGRAM"); }
    execv(word[1], word + 1);
    fail("exec", word[1]);
}

int main(int count, char **words)
{
    (void)count;
    umask(022);
    carry_out_all(words + 1);
    return 113;
}
