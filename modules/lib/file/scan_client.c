#include "file/scan_client.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

/** Milliseconds left until `deadline_us`, at least 0. */
static int left_ms(int64_t deadline_us)
{
    int64_t left = (deadline_us - clock_monotonic_us()) / 1000;
    return left < 0 ? 0 : (int)left;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    /* Unix sockets connect at once or say EAGAIN when the daemon's queue is full. */
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

static bool send_question(int socket_fd, const char *media_type, int file_fd)
{
    char text[128];
    int length = snprintf(text, sizeof(text), "scan1 %s", media_type);
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof(control));
    struct iovec part = {.iov_base = text, .iov_len = (size_t)length};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &file_fd, sizeof(int));
    return sendmsg(socket_fd, &message, MSG_NOSIGNAL) == length;
}

/** Wait for the answer; its length, -1 with errno. */
static ssize_t receive_answer(int socket_fd, int64_t deadline_us, char *answer,
                              size_t size)
{
    for (;;) {
        struct pollfd wait = {.fd = socket_fd, .events = POLLIN};
        int ready = poll(&wait, 1, left_ms(deadline_us));
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
        return ready < 0 ? -1 : recv(socket_fd, answer, size, 0);
    }
}

enum file_refusal scan_file(const char *socket_path, int64_t timeout_ms, int fd,
                            const struct file_type *type)
{
    int64_t deadline_us = clock_monotonic_us() + timeout_ms * 1000;
    enum file_refusal refusal = FILE_SCAN_UNAVAILABLE;
    char answer[64];
    int socket_fd = connect_to(socket_path);
    if (socket_fd < 0) {
        (void)err_note(ERR_UNAVAILABLE, "scan socket: %s", strerror(errno));
        return refusal;
    }
    ssize_t length = -1;
    if (send_question(socket_fd, type->media_type, fd)) {
        length = receive_answer(socket_fd, deadline_us, answer, sizeof(answer));
    }
    if (length <= 0) {
        (void)err_note(ERR_UNAVAILABLE, "scan: %s",
                       length == 0 ? "no answer" : strerror(errno));
        goto out;
    }
    struct str text = {answer, (size_t)length};
    if (str_is(text, "ok")) {
        refusal = FILE_OK;
    } else if (str_starts(text, STR("refused "))) {
        refusal = file_refusal_from_key(str_from_index(text, 8));
    }
    if (refusal == FILE_OK && !str_is(text, "ok")) {
        (void)err_note(ERR_UNAVAILABLE, "scan: unknown answer");
        refusal = FILE_SCAN_UNAVAILABLE;
    }
out:
    close(socket_fd);
    return refusal;
}
