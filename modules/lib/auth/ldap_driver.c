/* The directory driver on libldap: connections and binds. Its other files: ldap_driver_*.c. */
#include "auth/directory_driver.h"

#include <poll.h>

#include "auth/ldap_driver_own.h"

struct timeval ldap_left_until(int64_t deadline_us)
{
    int64_t left = deadline_us - clock_monotonic_us();

    if (left < 1000)
        left = 1000;
    return (struct timeval){left / US_PER_S, left % US_PER_S};
}

/* What a person's own account can cause: a wrong password, no password, locked, disabled. */
enum directory_outcome ldap_outcome_of(int code)
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

static void driver_close(void *handle)
{
    struct link *link = handle;

    /* An unbind and TLS's goodbye are two small writes; they wait for nobody. */
    link->deadline_us = clock_monotonic_us() + INT64_C(50) * 1000;
    (void)ldap_unbind_ext_s(link->ld, NULL, NULL);
    free(link);
}

static bool set_options(LDAP *ld, const struct directory_server *server, bool check,
                        const struct timeval *limit)
{
    int version = LDAP_VERSION3;
    int demand = check ? LDAP_OPT_X_TLS_DEMAND : LDAP_OPT_X_TLS_NEVER;
    int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    /* A name in the old field (CN) counts only where the certificate has no other. */
    int names = LDAP_OPT_X_TLS_TRY;
    int is_server = 0;

    return ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, limit) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_TIMEOUT, limit) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) ==
               LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_SAN, &names) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest) ==
               LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, server->ca_file) ==
               LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &is_server) == LDAP_OPT_SUCCESS;
}

/* A refused certificate is "Can't contact LDAP server" or "Connect error", but then libldap has more to
 * say, if only "unknown error code". It wants the machine's own name for localhost. */
static void note_connect(const struct link *link, const struct directory_server *server,
                         int code)
{
    char *more = NULL;

    (void)ldap_get_option(link->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &more);
    (void)err_note(ERR_UNAVAILABLE, "%s: %s%s", server->uri, ldap_err2string(code),
                   more && *more ? " (it answers: is its certificate for this name, and "
                                   "signed by ca_file?)"
                                 : "");
    ldap_memfree(more);
}

static enum directory_outcome connect_to(const struct directory_server *server,
                                         bool check, int64_t deadline_us, void **link_out)
{
    struct timeval limit = ldap_left_until(deadline_us);
    struct link *link = calloc(1, sizeof(*link));
    int code;

    if (!link)
        bug("out of memory");
    code = ldap_initialize(&link->ld, server->uri);
    if (code != LDAP_SUCCESS) {
        free(link);
        (void)err_note(ERR_UNAVAILABLE, "%s: %s", server->uri, ldap_err2string(code));
        return DIRECTORY_BROKEN;
    }
    link->deadline_us = deadline_us;
    link->active_directory = server->active_directory;
    if (!set_options(link->ld, server, check, &limit)) {
        (void)err_note(ERR_UNAVAILABLE, "%s: TLS cannot be set up (ca_file?)",
                       server->uri);
        driver_close(link);
        return DIRECTORY_BROKEN;
    }
    code = ldap_layer_connect(link);
    /* Nothing else goes over a plain connection: without TLS it is closed. */
    if (code == LDAP_SUCCESS && server->starttls) {
        code = ldap_start_tls_s(link->ld, NULL, NULL);
        if (code == LDAP_SUCCESS && !ldap_tls_inplace(link->ld))
            code = LDAP_CONNECT_ERROR;
    }
    if (code != LDAP_SUCCESS) {
        note_connect(link, server, code);
        driver_close(link);
        return DIRECTORY_AWAY;
    }
    *link_out = link;
    return DIRECTORY_DONE;
}

static enum directory_outcome driver_connect(void *context,
                                             const struct directory_server *server,
                                             int64_t deadline_us, void **link_out)
{
    (void)context;
    return connect_to(server, true, deadline_us, link_out);
}

static enum directory_outcome driver_look(void *context, struct arena *arena,
                                          const struct directory_server *server,
                                          int64_t deadline_us,
                                          struct directory_certificate *out)
{
    void *link = NULL;
    enum directory_outcome outcome = connect_to(server, false, deadline_us, &link);

    (void)context;
    if (outcome != DIRECTORY_DONE)
        return outcome;
    ldap_driver_certificate(link, arena, out);
    driver_close(link);
    return DIRECTORY_DONE;
}

static enum directory_outcome driver_bind(void *handle, const char *dn,
                                          struct str password, int64_t deadline_us,
                                          struct directory_answer *answer_out)
{
    struct link *link = handle;
    /* libldap takes a non-const pointer but only reads it. */
    struct berval secret = {password.len, (char *)(uintptr_t)password.ptr};
    LDAPControl *controls[2];
    int id = 0;
    int code;

    *answer_out = DIRECTORY_ANSWER_NONE;
    /* A bind as nobody, or with no password, succeeds without saying anything (RFC 4513 5.1). */
    if (!*dn || password.len == 0)
        return DIRECTORY_REFUSED;
    ldap_policy_request(controls);
    link->deadline_us = deadline_us;
    code = ldap_sasl_bind(link->ld, dn, LDAP_SASL_SIMPLE, &secret, controls, NULL, &id);
    if (code == LDAP_SUCCESS)
        code = ldap_await(link, id, deadline_us, answer_out);
    if (ldap_outcome_of(code) == DIRECTORY_AWAY ||
        ldap_outcome_of(code) == DIRECTORY_BROKEN)
        (void)err_note(ERR_UNAVAILABLE, "directory bind: %s", ldap_err2string(code));
    return ldap_outcome_of(code);
}

/* Between two answers a server has nothing to say but that it goes. */
static bool driver_alive(void *handle)
{
    const struct link *link = handle;
    struct pollfd wait = {.fd = -1, .events = POLLIN};

    return ldap_get_option(link->ld, LDAP_OPT_DESC, &wait.fd) == LDAP_OPT_SUCCESS &&
           wait.fd >= 0 && poll(&wait, 1, 0) == 0;
}

const struct directory_driver directory_ldap_driver = {
    .connect = driver_connect,
    .bind = driver_bind,
    .search = ldap_driver_search,
    .change = ldap_driver_change,
    .certificate = ldap_driver_certificate,
    .look = driver_look,
    .alive = driver_alive,
    .close = driver_close,
};
