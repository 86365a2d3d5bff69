#include "child.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox.h"

/* An ordinary file takes some milliseconds and some MiB beside its own size. */
static const struct sandbox_limits child_limits = {.memory_bytes = (int64_t)512 << 20,
                                                   .cpu_s = 5};

static void answer(int connection, enum file_refusal refusal)
{
    char text[64];
    int length = refusal == FILE_OK ? snprintf(text, sizeof(text), "ok")
                                    : snprintf(text, sizeof(text), "refused %s",
                                               file_refusal_key(refusal));
    /* send(), not write(): FSIZE 0 must not matter, and the filter lets only sendto
     * through. */
    (void)send(connection, text, (size_t)length, MSG_NOSIGNAL);
}

/** "scan1 <media type>" and one descriptor. False on anything else. */
static bool receive_question(int connection, const struct file_type **type_out,
                             int *fd_out)
{
    char text[128];
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {.iov_base = text, .iov_len = sizeof(text)};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    ssize_t length = recvmsg(connection, &message, 0);
    struct cmsghdr *header = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header == NULL || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
        header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof(int))) {
        return false;
    }
    struct str question = {text, (size_t)length};
    if (!str_starts(question, STR("scan1 "))) {
        return false;
    }
    const struct file_type *type = file_type_by_media(str_from_index(question, 6));
    if (type == NULL) {
        return false;
    }
    memcpy(fd_out, CMSG_DATA(header), sizeof(int));
    *type_out = type;
    return true;
}

/** Map the whole file for reading. FILE_OK sets *bytes_out. */
static enum file_refusal map_file(int fd, int64_t max_bytes, struct str *bytes_out)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        return FILE_SCAN_UNAVAILABLE;
    }
    if (info.st_size == 0) {
        return FILE_EMPTY;
    }
    if (info.st_size > max_bytes) {
        return FILE_TOO_LARGE;
    }
    void *mapped = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped == MAP_FAILED) {
        return FILE_SCAN_UNAVAILABLE;
    }
    *bytes_out = (struct str){mapped, (size_t)info.st_size};
    return FILE_OK;
}

_Noreturn void child_run(const struct daemon_conf *conf, int connection)
{
    const struct file_type *type = NULL;
    int fd = -1;
    if (!receive_question(connection, &type, &fd)) {
        _exit(2);
    }
    struct str bytes = STR_NONE;
    enum file_refusal refusal = map_file(fd, conf->file_max_bytes, &bytes);
    close(fd);
    if (refusal == FILE_OK) {
        if (sandbox_enter(&child_limits) != OK) {
            _exit(3);
        }
        refusal = examine(conf->examiner, bytes, type);
    }
    answer(connection, refusal);
    _exit(0);
}
