#include "file/blob_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"

/* Unfinished copies; on the same file system as the blobs, so that link() is atomic. */
#define INCOMING "incoming"

struct str blob_path(struct arena *arena, const uint8_t sha256[SHA256_BYTES])
{
    struct str hex = str_hex(arena, sha256, SHA256_BYTES);
    return str_format(arena, "%.2s/%s", hex.ptr, hex.ptr + 2);
}

bool blob_exists(struct arena *arena, const char *store,
                 const uint8_t sha256[SHA256_BYTES])
{
    struct str path = str_format(arena, "%s/%s", store, blob_path(arena, sha256).ptr);
    struct stat info;
    return stat(path.ptr, &info) == 0 && S_ISREG(info.st_mode);
}

/** A folder below the store. Its group (worker) may tidy there; others, of whom the gate
 * above the store lets in nginx alone, may read. */
static enum err folder_ensure(const char *path)
{
    if (mkdir(path, 0775) == 0) {
        /* mkdir() applies the umask, and the folder must hand its group on. */
        if (chmod(path, 02775) != 0) {
            return err_note(ERR_UNAVAILABLE, "chmod %s: %s", path, strerror(errno));
        }
    } else if (errno != EEXIST) {
        return err_note(ERR_UNAVAILABLE, "mkdir %s: %s", path, strerror(errno));
    }
    return OK;
}

static enum err folder_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return err_note(ERR_UNAVAILABLE, "open %s: %s", path, strerror(errno));
    }
    enum err err = OK;
    if (fsync(fd) != 0) {
        err = err_note(ERR_UNAVAILABLE, "fsync %s: %s", path, strerror(errno));
    }
    close(fd);
    return err;
}

static enum err write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return err_note(ERR_UNAVAILABLE, "write blob: %s", strerror(errno));
        }
        bytes += written;
        size -= (size_t)written;
    }
    return OK;
}

/** Copy the spool file to `fd` and compare the digest of what was copied. */
static enum err copy_verified(const struct spool *spool, int fd)
{
    char chunk[65536];
    struct sha256_stream digest;
    sha256_begin(&digest);
    for (off_t at = 0; at < spool->size_bytes;) {
        ssize_t got = pread(spool->fd, chunk, sizeof(chunk), at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return err_note(ERR_UNAVAILABLE, "read spool: %s",
                            got < 0 ? strerror(errno) : "short");
        }
        sha256_feed(&digest, chunk, (size_t)got);
        enum err err = write_all(fd, chunk, (size_t)got);
        if (err != OK) {
            return err;
        }
        at += got;
    }
    uint8_t sha[SHA256_BYTES];
    sha256_end(&digest, sha);
    if (memcmp(sha, spool->sha256, sizeof(sha)) != 0) {
        return err_note(ERR_INTERNAL, "spool file changed under its digest");
    }
    return OK;
}

/** Write, sync and name the blob. An existing name is left alone: same content by
 * construction. */
static enum err blob_create(const char *incoming, const char *target,
                            const struct spool *spool)
{
    int fd = open(incoming, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_note(ERR_UNAVAILABLE, "create %s: %s", incoming, strerror(errno));
    }
    enum err err = copy_verified(spool, fd);
    if (err == OK && (fchmod(fd, 0644) != 0 || fsync(fd) != 0)) {
        err = err_note(ERR_UNAVAILABLE, "sync %s: %s", incoming, strerror(errno));
    }
    if (close(fd) != 0 && err == OK) {
        err = err_note(ERR_UNAVAILABLE, "close %s: %s", incoming, strerror(errno));
    }
    if (err == OK && link(incoming, target) != 0 && errno != EEXIST) {
        err = err_note(ERR_UNAVAILABLE, "link %s: %s", target, strerror(errno));
    }
    (void)unlink(incoming);
    return err;
}

/** Keep the janitor out of a folder: between seeing a blob and renewing its time, or it might remove
 * one that is about to be named. -1 noted. */
static int folder_hold(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = -1;
    while (fd >= 0 && (rc = flock(fd, LOCK_SH)) != 0 && errno == EINTR) {
    }
    if (rc != 0) {
        (void)err_note(ERR_UNAVAILABLE, "lock %s: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}

enum err blob_put(struct arena *arena, const char *store, const struct spool *spool)
{
    struct str path = blob_path(arena, spool->sha256);
    const char *target = str_format(arena, "%s/%s", store, path.ptr).ptr;
    const char *folder = str_format(arena, "%s/%.2s", store, path.ptr).ptr;
    const char *waiting = str_format(arena, "%s/" INCOMING, store).ptr;
    enum err err = folder_ensure(folder);
    if (err == OK) {
        err = folder_ensure(waiting);
    }
    if (err != OK) {
        return err;
    }
    int held = folder_hold(folder);
    if (held < 0) {
        return ERR_UNAVAILABLE;
    }
    struct stat info;
    /* Renewing the time keeps the janitor away from a blob whose row is about to be
     * committed. */
    bool present = stat(target, &info) == 0 && utimensat(AT_FDCWD, target, NULL, 0) == 0;
    if (!present) {
        uint8_t id[16];
        random_bytes(id, sizeof(id));
        struct str incoming =
            str_format(arena, "%s/%s", waiting, str_hex(arena, id, sizeof(id)).ptr);
        err = blob_create(incoming.ptr, target, spool);
    }
    close(held);
    if (err == OK) {
        err = folder_sync(folder);
    }
    return err == OK ? folder_sync(store) : err;
}

struct sweep {
    const char *folder;
    int folder_fd;
    time_t before; /**< only what was last written before this */
    blob_wanted_fn wanted;
    void *context;
    int64_t removed;
};

static bool is_old(const struct sweep *sweep, const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && S_ISREG(info.st_mode) &&
           info.st_mtime < sweep->before;
}

/** Remove what nobody wants, unless an upload has just found it: that one has renewed its time, or
 * holds the folder and is about to. The next sweep comes soon enough. */
static enum err remove_old(struct sweep *sweep, const char *path)
{
    enum err err = OK;
    if (flock(sweep->folder_fd, LOCK_EX | LOCK_NB) != 0) {
        return OK;
    }
    if (is_old(sweep, path)) {
        if (unlink(path) == 0) {
            sweep->removed++;
        } else if (errno != ENOENT) {
            err = err_note(ERR_UNAVAILABLE, "remove blob: %s", strerror(errno));
        }
    }
    (void)flock(sweep->folder_fd, LOCK_UN);
    return err;
}

/** One entry: `shard_hex` is the folder's name for blobs, NULL for unfinished copies. */
static enum err sweep_entry(struct sweep *sweep, const char *shard_hex, const char *name)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s", sweep->folder, name);
    if (length < 0 || (size_t)length >= sizeof(path) || !is_old(sweep, path)) {
        return OK;
    }
    bool wanted = false;
    if (shard_hex != NULL) {
        char hex[2 * SHA256_BYTES + 1];
        uint8_t sha[SHA256_BYTES];
        length = snprintf(hex, sizeof(hex), "%s%s", shard_hex, name);
        if (length != 2 * SHA256_BYTES ||
            str_unhex(str_from(hex), sha, sizeof(sha)) != OK) {
            return OK; /* not ours */
        }
        enum err err = sweep->wanted(sweep->context, sha, &wanted);
        if (err != OK) {
            return err;
        }
    }
    return wanted ? OK : remove_old(sweep, path);
}

static enum err sweep_folder(struct sweep *sweep, const char *shard_hex)
{
    DIR *dir = opendir(sweep->folder);
    if (dir == NULL) {
        if (errno == ENOENT) {
            return OK;
        }
        return err_note(ERR_UNAVAILABLE, "open %s: %s", sweep->folder, strerror(errno));
    }
    sweep->folder_fd = dirfd(dir);
    enum err err = OK;
    const struct dirent *entry;
    while (err == OK && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            err = sweep_entry(sweep, shard_hex, entry->d_name);
        }
    }
    closedir(dir);
    return err;
}

enum err blob_sweep(struct arena *arena, const char *store, int shard, instant_us before,
                    blob_wanted_fn wanted, void *context, int64_t *removed_out)
{
    struct str hex = str_format(arena, "%02x", (unsigned)shard & 0xFF);
    struct sweep sweep = {
        .folder = str_format(arena, "%s/%s", store, hex.ptr).ptr,
        .before = (time_t)(before / US_PER_S),
        .wanted = wanted,
        .context = context,
    };
    enum err err = sweep_folder(&sweep, hex.ptr);
    if (err == OK && shard == 0) {
        sweep.folder = str_format(arena, "%s/" INCOMING, store).ptr;
        err = sweep_folder(&sweep, NULL);
    }
    *removed_out = sweep.removed;
    return err;
}
