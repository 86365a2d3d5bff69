/* The rungs of one server: connect, TLS, certificate, service account. */
#include "base/clock.h"
#include "auth/directory_probe_own.h"

#define SOON_US (30 * US_PER_DAY)

static struct str dates(struct probe *probe, const struct directory_certificate *c)
{
    return str_format(probe->arena, "valid from %.10s to %.10s",
                      instant_format_iso(probe->arena, c->not_before).ptr,
                      instant_format_iso(probe->arena, c->not_after).ptr);
}

static void add_certificate(struct probe *probe, const struct directory_certificate *c)
{
    instant_us now = clock_now(&clock_system);

    if (!c->shown || c->not_before == INSTANT_NONE || c->not_after == INSTANT_NONE)
        probe_add(probe, DIRECTORY_RUNG_CERTIFICATE, DIRECTORY_RUNG_WARNING,
                  STR("its dates cannot be read"), NULL);
    else if (c->not_after <= now)
        probe_add(probe, DIRECTORY_RUNG_CERTIFICATE, DIRECTORY_RUNG_FAILED,
                  dates(probe, c),
                  "The certificate has expired: renew it on the server.");
    else if (c->not_before > now)
        probe_add(probe, DIRECTORY_RUNG_CERTIFICATE, DIRECTORY_RUNG_FAILED,
                  dates(probe, c),
                  "The certificate is not valid yet: is this machine's clock right?");
    else if (c->not_after < now + SOON_US)
        probe_add(probe, DIRECTORY_RUNG_CERTIFICATE, DIRECTORY_RUNG_WARNING,
                  dates(probe, c),
                  "The certificate expires soon: renew it on the server.");
    else
        probe_add(probe, DIRECTORY_RUNG_CERTIFICATE, DIRECTORY_RUNG_OK, dates(probe, c),
                  NULL);
}

/* Why could it not be connected to? */
static void look_closer(struct probe *probe, const struct directory_server *server,
                        struct str cause)
{
    struct directory_certificate shown = {0};
    int64_t deadline_us = clock_monotonic_us() + probe->d.timeout_us;
    bool answers = probe->d.driver->look(probe->d.context, probe->arena, server,
                                         deadline_us, &shown) == DIRECTORY_DONE;

    if (!answers) {
        probe_add(
            probe, DIRECTORY_RUNG_CONNECT, DIRECTORY_RUNG_FAILED, cause,
            server->starttls
                ? "Does the server run there, is the port open from here, and does it "
                  "offer StartTLS?"
                : "Does the server run there, is the port open from here, and is it "
                  "the one for ldaps (636)?");
        probe_skip(probe, DIRECTORY_RUNG_TLS, DIRECTORY_RUNG_SERVICE);
        return;
    }
    probe_add(probe, DIRECTORY_RUNG_CONNECT, DIRECTORY_RUNG_OK, STR("answers"), NULL);
    probe_add(
        probe, DIRECTORY_RUNG_TLS, DIRECTORY_RUNG_FAILED, cause,
        "Its certificate is refused. Has it expired (next line), is it for another "
        "name than the one in uri, or is it signed by an authority that ca_file does "
        "not have?");
    add_certificate(probe, &shown);
    probe_skip(probe, DIRECTORY_RUNG_SERVICE, DIRECTORY_RUNG_SERVICE);
}

static void add_service(struct probe *probe, const struct directory_server *server,
                        void *link, int64_t deadline_us)
{
    struct directory *d = &probe->d;
    struct directory_answer answer = DIRECTORY_ANSWER_NONE;
    enum directory_outcome outcome;

    probe_begin(probe);
    outcome = d->driver->bind(link, d->bind_dn, secret_str(d->bind_password), deadline_us,
                              &answer);
    if (outcome == DIRECTORY_DONE)
        probe_add(probe, DIRECTORY_RUNG_SERVICE, DIRECTORY_RUNG_OK,
                  str_format(probe->arena, "signed in as %s", d->bind_dn), NULL);
    else if (outcome == DIRECTORY_REFUSED)
        probe_add(probe, DIRECTORY_RUNG_SERVICE, DIRECTORY_RUNG_FAILED,
                  str_format(probe->arena, "%s is refused%s", d->bind_dn,
                             answer.account == DIRECTORY_ACCOUNT_LOCKED ? ": locked"
                             : answer.account == DIRECTORY_ACCOUNT_EXPIRED
                                 ? ": its password has expired"
                             : answer.account == DIRECTORY_ACCOUNT_DISABLED ? ": disabled"
                                                                            : ""),
                  "Is bind_dn the account's full name, and is its password the one in "
                  "bind_password_file?");
    else
        probe_add(probe, DIRECTORY_RUNG_SERVICE, DIRECTORY_RUNG_FAILED,
                  probe_noted(probe, "no answer"),
                  "The server is busy or shutting down.");
    if (outcome == DIRECTORY_DONE && !d->service) {
        d->service = link;
        d->server = server;
        d->service_used_us = clock_monotonic_us();
    } else {
        d->driver->close(link);
    }
}

void probe_server(struct probe *probe, const struct directory_server *server)
{
    struct directory *d = &probe->d;
    struct directory_certificate shown = {0};
    int64_t deadline_us = clock_monotonic_us() + d->timeout_us;
    size_t first = probe->report->count;
    void *link = NULL;

    probe_begin(probe);
    if (d->driver->connect(d->context, server, deadline_us, &link) != DIRECTORY_DONE) {
        look_closer(probe, server, probe_noted(probe, "no answer"));
    } else {
        probe_add(probe, DIRECTORY_RUNG_CONNECT, DIRECTORY_RUNG_OK, STR("answers"), NULL);
        d->driver->certificate(link, probe->arena, &shown);
        probe_add(probe, DIRECTORY_RUNG_TLS, DIRECTORY_RUNG_OK,
                  str_format(probe->arena, "%.*s%s", STR_ARG(shown.protocol),
                             server->starttls ? " by StartTLS" : ""),
                  NULL);
        add_certificate(probe, &shown);
        add_service(probe, server, link, deadline_us);
    }
    for (size_t i = first; i < probe->report->count; i++)
        probe->report->rungs[i].server = str_from(server->uri);
}
