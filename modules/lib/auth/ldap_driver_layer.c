/* A deadline below TLS. */
#include <errno.h>
#include <poll.h>

#include "auth/ldap_driver_own.h"

/* libldap applies its network time-out to the TCP connect only: a server that accepts and then says
 * nothing would hold the TLS handshake for ever, whatever the socket's own time-outs (it tries
 * again on EAGAIN). So a layer between the socket and TLS waits no longer than the deadline. */
static int layer_setup(Sockbuf_IO_Desc *layer, void *arg)
{
    layer->sbiod_pvt = arg;
    return 0;
}

static int layer_remove(Sockbuf_IO_Desc *layer)
{
    layer->sbiod_pvt = NULL;
    return 0;
}

static int layer_ctrl(Sockbuf_IO_Desc *layer, int option, void *arg)
{
    return LBER_SBIOD_CTRL_NEXT(layer, option, arg);
}

static bool wait_for(Sockbuf_IO_Desc *layer, short events)
{
    const struct link *link = layer->sbiod_pvt;
    struct pollfd wait = {.fd = -1, .events = events};
    ber_socket_t fd = -1;

    if (ber_sockbuf_ctrl(layer->sbiod_sb, LBER_SB_OPT_GET_FD, &fd) != 1)
        return true;
    wait.fd = fd;
    for (;;) {
        int64_t left_ms = (link->deadline_us - clock_monotonic_us() + 999) / 1000;
        int ready = left_ms > 0 ? poll(&wait, 1, (int)left_ms) : 0;

        if (ready > 0)
            return true;
        if (ready < 0 && errno == EINTR)
            continue;
        errno = ETIMEDOUT;
        return false;
    }
}

static ber_slen_t layer_read(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t len)
{
    return wait_for(layer, POLLIN) ? LBER_SBIOD_READ_NEXT(layer, bytes, len) : -1;
}

static ber_slen_t layer_write(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t len)
{
    return wait_for(layer, POLLOUT) ? LBER_SBIOD_WRITE_NEXT(layer, bytes, len) : -1;
}

static int layer_close(Sockbuf_IO_Desc *layer)
{
    (void)layer;
    return 0;
}

/* Not const, because libldap's interface is not. */
static Sockbuf_IO deadline_layer = {layer_setup, layer_remove, layer_ctrl,
                                    layer_read,  layer_write,  layer_close};

#define LEVEL_BELOW_TLS (LBER_SBIOD_LEVEL_PROVIDER + 5)

static int on_connected(LDAP *ld, Sockbuf *sb, LDAPURLDesc *url, struct sockaddr *address,
                        struct ldap_conncb *callback)
{
    (void)ld;
    (void)url;
    (void)address;
    return ber_sockbuf_add_io(sb, &deadline_layer, LEVEL_BELOW_TLS, callback->lc_arg);
}

static void on_closed(LDAP *ld, Sockbuf *sb, struct ldap_conncb *callback)
{
    (void)ld;
    (void)sb;
    (void)callback;
}

int ldap_layer_connect(struct link *link)
{
    struct ldap_conncb callback = {on_connected, on_closed, link};
    int code;

    (void)ldap_set_option(link->ld, LDAP_OPT_CONNECT_CB, &callback);
    code = ldap_connect(link->ld);
    /* The callback lies on this stack: take it out again (libldap does that by "get"). */
    (void)ldap_get_option(link->ld, LDAP_OPT_CONNECT_CB, &callback);
    return code;
}
