#include <git2.h>
#include <git2/sys/repository.h>
#include <git2/sys/stream.h>
#include <git2/sys/transport.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

// Swift cannot call variadic C functions; these are the process-wide options in use.

static inline int cgit2_set_search_path(int level, const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

static inline int cgit2_set_owner_validation(int enabled) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

// A descriptor that becomes readable when a process ends; negative where the kernel has none.
static inline int cgit2_process_descriptor(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

// The C library hides these from programs that do not ask for its extensions.

int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
int pipe2(int ends[2], int flags);

static const short cgit2_spawn_in_session = 0x80;

// What libgit2 calls begins with its own structure; what follows is ours.

typedef struct {
    git_stream parent;
    void *context;
} cgit2_stream;

typedef struct {
    git_smart_subtransport parent;
    void *context;
} cgit2_subtransport;

typedef struct {
    git_smart_subtransport_stream parent;
    void *context;
} cgit2_subtransport_stream;

static inline int cgit2_allow_extensions(void) {
    const char *extensions[] = { "partialclone", "preciousobjects", "worktreeconfig" };
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, sizeof(extensions) / sizeof(extensions[0]));
}
