/* What init does for stand-ins where it is part of a warm Python (warm.c); elsewhere nothing. */

#define _GNU_SOURCE
#include <poll.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifdef WARM
#define MAX_STAND_INS 64
#define WARM_DESCRIPTORS (1 + MAX_STAND_INS)
void close_others(void);
void warm_watch(struct pollfd *fds);
void warm_tend(const struct pollfd *fds, int filters, void (*confine)(void), pid_t *program);
void warm_reaped(pid_t pid, int status);
void warm_end(void);
int init_main(int count, char **words);
#else
#define WARM_DESCRIPTORS 0
static inline void close_others(void) { syscall(SYS_close_range, 3, ~0u, 0); }
static inline void warm_watch(struct pollfd *fds) { (void)fds; }
static inline void warm_tend(const struct pollfd *fds, int filters, void (*confine)(void), pid_t *program) { (void)fds; (void)filters; (void)confine; (void)program; }
static inline void warm_reaped(pid_t pid, int status) { (void)pid; (void)status; }
static inline void warm_end(void) {}
#endif
