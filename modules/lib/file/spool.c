#include "file/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"

static void spool_close(void *handle)
{
    struct spool *spool = handle;
    if (spool->fd >= 0) {
        close(spool->fd);
        spool->fd = -1;
    }
}

enum err spool_open(struct arena *arena, const char *dir, int64_t limit_bytes,
                    struct spool **out)
{
    uint8_t id[16];
    random_bytes(id, sizeof(id));
    struct str path =
        str_format(arena, "%s/%.*s", dir, STR_ARG(str_hex(arena, id, sizeof(id))));
    int fd = open(path.ptr, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_note(ERR_UNAVAILABLE, "spool in %s: %s", dir, strerror(errno));
    }
    struct spool *spool = ARENA_NEW(arena, struct spool);
    spool->fd = fd;
    spool->limit_bytes = limit_bytes;
    arena_on_end(arena, spool_close, spool);
    if (unlink(path.ptr) != 0) {
        return err_note(ERR_UNAVAILABLE, "spool in %s: %s", dir, strerror(errno));
    }
    sha256_begin(&spool->digest);
    *out = spool;
    return OK;
}

enum err spool_write(struct spool *spool, struct str bytes)
{
    if (spool->overflow || (int64_t)bytes.len > spool->limit_bytes - spool->size_bytes) {
        spool->overflow = true;
        return ERR_TOO_LARGE;
    }
    sha256_feed(&spool->digest, bytes.ptr, bytes.len);
    while (bytes.len > 0) {
        ssize_t written = write(spool->fd, bytes.ptr, bytes.len);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return err_note(ERR_UNAVAILABLE, "write to spool: %s", strerror(errno));
        }
        spool->size_bytes += written;
        bytes = str_from_index(bytes, (size_t)written);
    }
    return OK;
}

enum err spool_finish(struct spool *spool)
{
    sha256_end(&spool->digest, spool->sha256);
    if (lseek(spool->fd, 0, SEEK_SET) != 0) {
        return err_note(ERR_UNAVAILABLE, "rewind spool: %s", strerror(errno));
    }
    return OK;
}

size_t spool_tidy(const char *dir)
{
    enum { NAME_LENGTH = 32, MIN_AGE_S = 60 };
    DIR *folder = opendir(dir);
    const struct dirent *entry;
    size_t removed = 0;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        struct stat info;
        if (strlen(entry->d_name) == NAME_LENGTH &&
            fstatat(dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode) && info.st_mtime < time(NULL) - MIN_AGE_S &&
            unlinkat(dirfd(folder), entry->d_name, 0) == 0) {
            removed++;
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return removed;
}
