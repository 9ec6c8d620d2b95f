/*
 * fence.c - without systemd: Landlock confines this process to the files a
 * listener needs, as far as the kernel has it. Called once by listener.c before
 * there are threads; nothing can undo it. Only files: who may connect where is
 * not decided here.
 */
#include "core/listener/state.h"

#include "hvconsole/file.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_READ  LANDLOCK_ACCESS_FS_READ_FILE
#define READ       (FILE_READ | LANDLOCK_ACCESS_FS_READ_DIR)
#define FILE_WRITE LANDLOCK_ACCESS_FS_WRITE_FILE
#define WRITE                                                                  \
    (READ | FILE_WRITE | LANDLOCK_ACCESS_FS_REMOVE_FILE |                      \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |              \
     LANDLOCK_ACCESS_FS_MAKE_DIR)

/* All rights of the first version of Landlock: whatever is not allowed again
 * below is lost. */
#define ALL_RIGHTS ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

/* A missing path needs no rule. */
static bool
allow(int ruleset, const char *path, uint64_t rights)
{
    struct landlock_path_beneath_attr rule = { .allowed_access = rights };
    struct stat info;
    bool is_allowed;

    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return true;
    if (fstat(rule.parent_fd, &info) == 0 && !S_ISDIR(info.st_mode))
        rule.allowed_access &= FILE_READ | FILE_WRITE;
    is_allowed = syscall(SYS_landlock_add_rule, ruleset,
                         LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(rule.parent_fd);
    return is_allowed;
}

/* The directory, since files are replaced by renaming. */
static bool
allow_dir_of(int ruleset, const char *path)
{
    char dir[PATH_MAX];

    if (!path)
        return true;
    hv_path_dir(path, dir, sizeof(dir));
    return allow(ruleset, dir, READ);
}

static bool
allow_all(int ruleset, const struct hv_listener *listener, const char *keystore,
          const char *creds)
{
    /* Names, certificates and code that libraries look for when they need
     * them; and the descriptors of our own, under /proc. */
    static const char *const readable[] = {
        "/etc", "/lib", "/usr", "/proc", "/run/systemd/resolve", "/dev/urandom",
    };
    bool ok = allow(ruleset, listener->store, WRITE) &&
              allow(ruleset, "/dev/null", FILE_READ | FILE_WRITE) &&
              allow_dir_of(ruleset, keystore) &&
              allow_dir_of(ruleset, listener->cert_file) &&
              allow_dir_of(ruleset, listener->key_file) &&
              allow_dir_of(ruleset, creds);

    for (size_t i = 0; ok && i < HV_LEN(readable); i++)
        ok = allow(ruleset, readable[i], READ);
    return ok;
}

const char *
listener_fence(const struct hv_listener *listener, const char *keystore,
               const char *creds)
{
    struct landlock_ruleset_attr all = { .handled_access_fs = ALL_RIGHTS };
    int ruleset =
        (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
    bool is_up;

    if (ruleset < 0)
        return "none: this kernel has no Landlock";
    is_up = allow_all(ruleset, listener, keystore, creds) &&
            prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
            syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return is_up ? "landlock" : "none: Landlock refused our rules";
}
