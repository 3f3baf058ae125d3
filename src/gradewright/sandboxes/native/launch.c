/* launch: prepares the place for a sandbox and then becomes it.
 *
 *   launch [OPTION VALUE...]... -- PROGRAM ARGUMENT...
 *
 * Options are carried out in the order given:
 *   --join FILE              write our pid to a control group's cgroup.procs
 *   --private                own mount namespace: what is mounted from here on vanishes with us
 *   --umount PATH            detach what is mounted there, if anything (only after --private)
 *   --tmpfs PATH OPTIONS
 *   --idmap SOURCE TARGET MAP  bind SOURCE to TARGET with ids shown as MAP says, "0:200000:65536,...", if that can be
 *   --overlay PATH OPTIONS
 *   --bind SOURCE TARGET     with what is mounted below SOURCE
 *   --mkdir PATH
 *   --symlink TARGET PATH
 *   --touch PATH
 *   --own PATH UID           give PATH to UID
 *   --restrict PATH NUMBER   give what is mounted at PATH and below the attributes NUMBER, if that can be
 *   --rlimit NUMBER VALUE
 *   --uid UID                become UID, with no other groups
 *   --die PID                die when our parent dies, whose pid is PID
 *
 * It exists because each of these must happen between fork and exec, in order, without a Python interpreter's
 * start, and so that mounts and memberships end with the process, whoever kills it. Exit code 113 and a line on
 * stderr mean that it failed itself.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#define OPEN_TREE_CLONE_ 1
#define OPEN_TREE_CLOEXEC_ O_CLOEXEC
#define MOVE_MOUNT_F_EMPTY_PATH_ 4
#define AT_RECURSIVE_ 0x8000
#define MOUNT_ATTR_IDMAP_ 0x00100000
struct mount_attr_ { uint64_t attr_set, attr_clr, propagation, userns_fd; };

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

/* A user namespace in which the ids are mapped as `map` says; kept by its file descriptor alone. */
static int user_namespace(const char *map)
{
    int ready[2], done[2];
    char path[64], *text = strdup(map);
    if (pipe2(ready, O_CLOEXEC) || pipe2(done, O_CLOEXEC)) fail("--idmap", "pipe");
    for (char *at = text; *at; at++) *at = *at == ':' ? ' ' : *at == ',' ? '\n' : *at;
    pid_t child = fork();
    if (child < 0) fail("--idmap", "fork");
    if (child == 0) {
        char byte = unshare(CLONE_NEWUSER) ? errno : 0;
        (void)!write(ready[1], &byte, 1);
        close(done[1]);
        (void)!read(done[0], &byte, 1);
        _exit(0);
    }
    char byte = 0;
    (void)!read(ready[0], &byte, 1);
    if (byte) { errno = byte; fail("--idmap", "unshare"); }
    snprintf(path, sizeof path, "/proc/%d/uid_map", child);
    write_file("--idmap", path, text);
    snprintf(path, sizeof path, "/proc/%d/gid_map", child);
    write_file("--idmap", path, text);
    snprintf(path, sizeof path, "/proc/%d/ns/user", child);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail("--idmap", path);
    close(done[1]);
    waitpid(child, 0, 0);
    return fd;
}

static void idmap(const char *source, const char *target, const char *map)
{
    int tree = syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_);
    if (tree < 0) fail("--idmap", source);
    struct mount_attr_ attributes = { MOUNT_ATTR_IDMAP_, 0, 0, user_namespace(map) };
    /* Some file systems, overlays among them, cannot move ids: then their files look like nobody's, and still serve. */
    if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes)
        && errno != EINVAL && errno != ENOSYS)
        fail("--idmap", map);
    if (syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH_)) fail("--idmap", target);
    close(attributes.userns_fd);
    close(tree);
}

/* Older kernels cannot; who relies on the attributes sets them one by one, and only finds nothing left to do here. */
static void restrict_tree(const char *path, const char *number)
{
    struct mount_attr_ attributes = { strtoull(number, 0, 10), 0, 0, 0 };
    if (syscall(SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE_, &attributes, sizeof attributes) && errno != ENOSYS)
        fail("--restrict", path);
}

static void make_private(void)
{
    if (unshare(CLONE_NEWNS)) fail("--private", "");
    if (mount("none", "/", 0, MS_REC | MS_PRIVATE, 0)) fail("--private", "/");
}

static void become(uid_t uid, const char *word)
{
    if (setgroups(0, 0) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid)) fail("--uid", word);
}

/* Carries out one option; returns how many words it took. */
static int carry_out(char **word)
{
    const char *option = word[0];
    if (!strcmp(option, "--private")) { make_private(); return 1; }
    if (!word[1]) { errno = EINVAL; fail(option, ""); }
    if (!strcmp(option, "--die")) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL)) fail(option, word[1]);
        if (getppid() != atoi(word[1])) _exit(113); /* it died before we asked */
        return 2;
    }
    if (!strcmp(option, "--join")) { write_file(option, word[1], "0"); return 2; }
    if (!strcmp(option, "--umount")) { if (umount2(word[1], MNT_DETACH) && errno != EINVAL && errno != ENOENT) fail(option, word[1]); return 2; }
    if (!strcmp(option, "--mkdir")) { if (mkdir(word[1], 0755) && errno != EEXIST) fail(option, word[1]); return 2; }
    if (!strcmp(option, "--touch")) { if (mknod(word[1], S_IFREG | 0644, 0) && errno != EEXIST) fail(option, word[1]); return 2; }
    if (!strcmp(option, "--uid")) { become(atoi(word[1]), word[1]); return 2; }
    if (!word[2]) { errno = EINVAL; fail(option, word[1]); }
    if (!strcmp(option, "--own")) { if (chown(word[1], atoi(word[2]), atoi(word[2]))) fail(option, word[1]); return 3; }
    if (!strcmp(option, "--restrict")) { restrict_tree(word[1], word[2]); return 3; }
    if (!strcmp(option, "--symlink")) { if (symlink(word[1], word[2])) fail(option, word[2]); return 3; }
    if (!strcmp(option, "--bind")) {
        if (mount(word[1], word[2], 0, MS_BIND | MS_REC, 0)) fail(option, word[1]);
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
    if (!strcmp(option, "--idmap")) { idmap(word[1], word[2], word[3]); return 4; }
    errno = EINVAL;
    fail(option, "");
    return 0;
}

int main(int count, char **words)
{
    char **word = words + 1;
    umask(022);
    while (*word && strcmp(*word, "--")) word += carry_out(word);
    if (!*word || !word[1]) { errno = EINVAL; fail("--", "PROGRAM"); }
    execv(word[1], word + 1);
    fail("exec", word[1]);
    (void)count;
    return 113;
}
