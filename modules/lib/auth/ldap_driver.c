/* The directory driver on libldap: the only file that includes ldap.h. */
#include "auth/directory_driver.h"

#include <errno.h>
#include <ldap.h>
#include <poll.h>
#include <sys/time.h>

#include "base/clock.h"

static struct timeval left_until(int64_t deadline_us)
{
    int64_t left = deadline_us - clock_monotonic_us();

    if (left < 1000)
        left = 1000;
    return (struct timeval){left / US_PER_S, left % US_PER_S};
}

/* What a person's own account can cause: a wrong password, no password, locked, disabled.
 */
static enum directory_outcome outcome_of(int code)
{
    switch (code) {
    case LDAP_SUCCESS:
        return DIRECTORY_DONE;
    case LDAP_INVALID_CREDENTIALS:
    case LDAP_NO_SUCH_OBJECT:
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_UNWILLING_TO_PERFORM:
    case LDAP_CONSTRAINT_VIOLATION:
    case LDAP_INVALID_DN_SYNTAX:
        return DIRECTORY_REFUSED;
    case LDAP_SERVER_DOWN:
    case LDAP_TIMEOUT:
    case LDAP_TIMELIMIT_EXCEEDED:
    case LDAP_CONNECT_ERROR:
    case LDAP_BUSY:
    case LDAP_UNAVAILABLE:
    case LDAP_LOCAL_ERROR:
        return DIRECTORY_AWAY;
    default:
        return DIRECTORY_BROKEN;
    }
}

/* ---- a deadline below TLS ------------------------------------------------------------------- */

/* One connection. */
struct link {
    LDAP *ld;
    int64_t deadline_us; /* of the operation in hand */
};

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

/* ---- operations ----------------------------------------------------------------------------- */

static void driver_close(void *handle)
{
    struct link *link = handle;

    /* An unbind and TLS's goodbye are two small writes; they wait for nobody. */
    link->deadline_us = clock_monotonic_us() + INT64_C(50) * 1000;
    (void)ldap_unbind_ext_s(link->ld, NULL, NULL);
    free(link);
}

static enum directory_outcome driver_connect(void *context, const char *uri,
                                             const char *ca_file, int64_t deadline_us,
                                             void **link_out)
{
    struct timeval limit = left_until(deadline_us);
    struct link *link = calloc(1, sizeof(*link));
    struct ldap_conncb callback = {on_connected, on_closed, link};
    LDAP *ld = NULL;
    int version = LDAP_VERSION3;
    int demand = LDAP_OPT_X_TLS_DEMAND;
    int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    int is_server = 0;
    int code = ldap_initialize(&ld, uri);

    (void)context;
    if (!link)
        bug("out of memory");
    if (code != LDAP_SUCCESS) {
        free(link);
        (void)err_note(ERR_UNAVAILABLE, "%s: %s", uri, ldap_err2string(code));
        return DIRECTORY_BROKEN;
    }
    link->ld = ld;
    link->deadline_us = deadline_us;
    if (ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) != LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) != LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &limit) != LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_TIMEOUT, &limit) != LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest) != LDAP_OPT_SUCCESS ||
        (ca_file && ca_file[0] &&
         ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, ca_file) != LDAP_OPT_SUCCESS) ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &is_server) != LDAP_OPT_SUCCESS) {
        (void)err_note(ERR_UNAVAILABLE, "%s: TLS cannot be set up (ca_file?)", uri);
        driver_close(link);
        return DIRECTORY_BROKEN;
    }
    (void)ldap_set_option(ld, LDAP_OPT_CONNECT_CB, &callback);
    code = ldap_connect(ld);
    /* The callback lies on this stack: take it out again (libldap does that by "get"). */
    (void)ldap_get_option(ld, LDAP_OPT_CONNECT_CB, &callback);
    if (code != LDAP_SUCCESS) {
        /* A refused certificate is "Can't contact LDAP server" too, but then libldap has more
         * to say, if only "unknown error code". It wants the machine's own name for localhost. */
        char *more = NULL;
        (void)ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &more);
        (void)err_note(ERR_UNAVAILABLE, "%s: %s%s", uri, ldap_err2string(code),
                       more && *more
                           ? " (it answers: is its certificate for this name, and "
                             "signed by ca_file?)"
                           : "");
        ldap_memfree(more);
        driver_close(link);
        return DIRECTORY_AWAY;
    }
    *link_out = link;
    return DIRECTORY_DONE;
}

static enum directory_outcome driver_bind(void *handle, const char *dn,
                                          struct str password, int64_t deadline_us)
{
    struct link *link = handle;
    struct timeval limit = left_until(deadline_us);
    /* libldap takes a non-const pointer but only reads it. */
    struct berval secret = {password.len, (char *)(uintptr_t)password.ptr};
    LDAPMessage *answer = NULL;
    int id = 0;
    int result = LDAP_OTHER;
    int code;

    link->deadline_us = deadline_us;
    code = ldap_sasl_bind(link->ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, &id);

    if (code == LDAP_SUCCESS) {
        int kind = ldap_result(link->ld, id, LDAP_MSG_ALL, &limit, &answer);

        if (kind == 0)
            code = LDAP_TIMEOUT;
        else if (kind < 0)
            code = LDAP_SERVER_DOWN;
        else
            code =
                ldap_parse_result(link->ld, answer, &result, NULL, NULL, NULL, NULL, 0);
        if (code == LDAP_SUCCESS)
            code = result;
    }
    if (answer)
        (void)ldap_msgfree(answer);
    if (outcome_of(code) == DIRECTORY_AWAY || outcome_of(code) == DIRECTORY_BROKEN)
        (void)err_note(ERR_UNAVAILABLE, "directory bind: %s", ldap_err2string(code));
    return outcome_of(code);
}

static struct str first_value(LDAP *ld, LDAPMessage *message, const char *attribute,
                              struct arena *arena)
{
    struct berval **values = ldap_get_values_len(ld, message, attribute);
    struct str value = STR_NONE;

    if (values && values[0]) {
        struct str raw = {values[0]->bv_val, values[0]->bv_len};

        /* The standard says UTF-8; what is none is left out rather than shown or stored.
         */
        if (str_is_utf8(raw) && !memchr(raw.ptr, 0, raw.len))
            value = str_copy(arena, raw);
    }
    if (values)
        ldap_value_free_len(values);
    return value;
}

static void read_entries(LDAP *ld, LDAPMessage *answer, struct arena *arena,
                         const struct directory_search *search,
                         struct directory_entry *out, size_t *count_out)
{
    LDAPMessage *message = ldap_first_entry(ld, answer);
    size_t count = 0;

    for (; message && count < (size_t)search->limit;
         message = ldap_next_entry(ld, message)) {
        char *dn = ldap_get_dn(ld, message);

        if (!dn)
            continue;
        out[count] = (struct directory_entry){.dn = str_copy(arena, str_from(dn))};
        ldap_memfree(dn);
        for (size_t i = 0; i < DIRECTORY_ATTRIBUTES_MAX && search->attributes[i]; i++)
            out[count].values[i] = first_value(ld, message, search->attributes[i], arena);
        count++;
    }
    *count_out = count;
}

static enum directory_outcome
driver_search(void *handle, struct arena *arena, const struct directory_search *search,
              int64_t deadline_us, struct directory_entry *entries_out, size_t *count_out)
{
    struct link *link = handle;
    struct timeval limit = left_until(deadline_us);
    LDAPMessage *answer = NULL;
    /* libldap takes non-const pointers but only reads them. */
    char *attributes[DIRECTORY_ATTRIBUTES_MAX + 1] = {NULL};
    int code;

    for (size_t i = 0; i < DIRECTORY_ATTRIBUTES_MAX && search->attributes[i]; i++)
        attributes[i] = (char *)(uintptr_t)search->attributes[i];
    link->deadline_us = deadline_us;
    code = ldap_search_ext_s(link->ld, search->base, LDAP_SCOPE_SUBTREE, search->filter,
                             attributes, 0, NULL, NULL, &limit, search->limit, &answer);
    /* More hits than asked for: the caller sees as many as it can tell apart. */
    if (code == LDAP_SIZELIMIT_EXCEEDED)
        code = LDAP_SUCCESS;
    if (code == LDAP_SUCCESS)
        read_entries(link->ld, answer, arena, search, entries_out, count_out);
    else
        (void)err_note(ERR_UNAVAILABLE, "directory search: %s", ldap_err2string(code));
    if (answer)
        (void)ldap_msgfree(answer);
    return outcome_of(code) == DIRECTORY_REFUSED ? DIRECTORY_BROKEN : outcome_of(code);
}

const struct directory_driver directory_ldap_driver = {
    .connect = driver_connect,
    .bind = driver_bind,
    .search = driver_search,
    .close = driver_close,
};
