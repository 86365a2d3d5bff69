/* ladder.c: rungs, and how they are shown. */
#include "ladder.h"

#include "person_command.h"

struct ladder ladder_new(struct ctl *ctl)
{
    return (struct ladder){ctl, VEC_INIT(ctl->arena, struct ladder_rung)};
}

void ladder_add(struct ladder *ladder, const struct ladder_rung *rung)
{
    struct ladder_rung *own = VEC_PUSH(&ladder->rungs, struct ladder_rung);

    *own = *rung;
    own->server = ctl_text(ladder->ctl, str_from(rung->server ? rung->server : ""));
    own->text = ctl_text(ladder->ctl, str_from(rung->text ? rung->text : ""));
    own->advice = rung->advice ? rung->advice : "";
}

void ladder_own(struct ladder *ladder, const char *key, enum directory_rung_state state,
                struct str text, const char *advice)
{
    struct ladder_rung rung = {.source = "kontor",
                               .key = key,
                               .state = state,
                               .text = str_c(ladder->ctl->arena, text),
                               .advice = advice};

    ladder_add(ladder, &rung);
}

/* ---- directory ------------------------------------------------------------------------------- */

void ladder_directory(struct ladder *ladder, struct str name,
                      const struct directory_report *report)
{
    struct arena *arena = ladder->ctl->arena;
    const char *source = str_format(arena, "directory %.*s", STR_ARG(name)).ptr;

    for (size_t i = 0; i < report->count; i++) {
        const struct directory_rung *from = &report->rungs[i];
        struct ladder_rung rung = {
            .source = source,
            .server = from->server.ptr ? str_c(arena, from->server) : "",
            .key = directory_rung_key(from->kind),
            .state = from->state,
            .text = from->text.ptr ? str_c(arena, from->text) : "",
            .advice = from->advice.ptr ? str_c(arena, from->advice) : "",
            .duration_us = from->duration_us,
        };

        ladder_add(ladder, &rung);
    }
}

/* ---- provider -------------------------------------------------------------------------------- */

static const char *provider_advice(enum oidc_verdict verdict)
{
    switch ((int)verdict) {
    case OIDC_AWAY:
        return "Is the address of issuer right, does the provider answer from here, and "
               "is "
               "its certificate signed by ca_file (or the system's authorities)?";
    case OIDC_GARBAGE:
        return "Does issuer lead to an OpenID provider, and not to a page of another "
               "kind?";
    case OIDC_DISCOVERY_ISSUER:
        return "Copy issuer from the provider's own discovery document: a slash more is "
               "another issuer.";
    case OIDC_DISCOVERY_ENDPOINT:
        return "Name the hosts of the provider's endpoints in hosts, if they are its "
               "own.";
    case OIDC_DISCOVERY_UNFIT:
        return "The provider must offer the code flow, PKCE with S256 and one of "
               "algorithms.";
    }
    return "See the provider's own log.";
}

struct provider_rungs {
    struct ladder *ladder;
    const char *source;
};

static void provider_rung(struct provider_rungs *rungs, const char *key,
                          enum directory_rung_state state, struct str text,
                          const char *advice)
{
    struct ladder_rung rung = {.source = rungs->source,
                               .key = key,
                               .state = state,
                               .text = str_c(rungs->ladder->ctl->arena, text),
                               .advice = advice};

    ladder_add(rungs->ladder, &rung);
}

static void provider_clock(struct provider_rungs *rungs,
                           const struct oidc_provider *provider,
                           const struct oidc_probe *probe)
{
    int64_t ahead_s = probe->clock_ahead_s;
    int64_t most_s = provider->skew_us / US_PER_S;
    bool bad = ahead_s > most_s || ahead_s < -most_s;
    struct str text = str_format(rungs->ladder->ctl->arena, "%lld s %s of this machine's",
                                 (long long)(ahead_s < 0 ? -ahead_s : ahead_s),
                                 ahead_s < 0 ? "behind" : "ahead");

    if (!probe->has_date)
        provider_rung(rungs, "clock", DIRECTORY_RUNG_SKIPPED,
                      STR("its answers have no date"), NULL);
    else
        provider_rung(
            rungs, "clock", bad ? DIRECTORY_RUNG_FAILED : DIRECTORY_RUNG_OK, text,
            bad ? "Set this machine's clock (NTP); or is clock_skew_seconds too "
                  "small?"
                : NULL);
}

static void provider_certificate(struct provider_rungs *rungs,
                                 const struct oidc_probe *probe)
{
    instant_us until = probe->certificate_until_s * US_PER_S;
    bool soon = until < clock_now(&clock_system) + CERTIFICATE_SOON_US;
    char text[ISO_BYTES];

    if (!probe->certificate_until_s) {
        provider_rung(rungs, "certificate", DIRECTORY_RUNG_SKIPPED,
                      STR("its dates cannot be read"), NULL);
        return;
    }
    instant_write_iso(text, until);
    provider_rung(rungs, "certificate", soon ? DIRECTORY_RUNG_WARNING : DIRECTORY_RUNG_OK,
                  str_format(rungs->ladder->ctl->arena, "valid until %.10s", text),
                  soon ? "It expires soon; the provider has to renew it." : NULL);
}

bool ladder_provider(struct ladder *ladder, struct oidc *oidc,
                     const struct oidc_provider *provider)
{
    struct arena *arena = ladder->ctl->arena;
    struct provider_rungs rungs = {
        ladder, str_format(arena, "provider %.*s", STR_ARG(provider->key)).ptr};
    struct oidc_probe probe = {0};
    enum oidc_verdict verdict;
    struct str cause;
    struct ladder_rung discovery = {
        .source = rungs.source,
        .server = str_c(arena, provider->issuer),
        .key = "discovery",
    };

    err_clear();
    verdict = oidc_probe(oidc, arena, provider, &probe);
    cause = str_format(arena, "%s%s%s", oidc_reason(verdict), *err_text() ? ": " : "",
                       err_text());
    discovery.duration_us = probe.took_us;
    if (!probe.discovered) {
        discovery.state = DIRECTORY_RUNG_FAILED;
        discovery.text = cause.ptr;
        discovery.advice = provider_advice(verdict);
        ladder_add(ladder, &discovery);
        provider_rung(&rungs, "keys", DIRECTORY_RUNG_SKIPPED, STR(""), NULL);
        return false;
    }
    discovery.text = str_format(arena, "issuer, endpoints and algorithms fit%s%s",
                                probe.has_logout ? "; logout" : "; no logout",
                                probe.has_iss_parameter ? "; iss parameter" : "")
                         .ptr;
    ladder_add(ladder, &discovery);
    provider_clock(&rungs, provider, &probe);
    provider_certificate(&rungs, &probe);
    if (verdict != OIDC_OK)
        provider_rung(&rungs, "keys", DIRECTORY_RUNG_FAILED, cause,
                      "Does its jwks_uri answer from here?");
    else if (probe.key_count == 0)
        provider_rung(&rungs, "keys", DIRECTORY_RUNG_FAILED, STR("none that can be used"),
                      "Its key set has no key of one of algorithms.");
    else
        provider_rung(&rungs, "keys", DIRECTORY_RUNG_OK,
                      str_format(arena, "%zu", probe.key_count), NULL);
    return verdict == OIDC_OK && probe.key_count > 0;
}

/* ---- showing --------------------------------------------------------------------------------- */

const char *ladder_state_key(enum directory_rung_state state)
{
    switch (state) {
    case DIRECTORY_RUNG_OK:
        return "ok";
    case DIRECTORY_RUNG_WARNING:
        return "warning";
    case DIRECTORY_RUNG_FAILED:
        return "failed";
    case DIRECTORY_RUNG_SKIPPED:
        break;
    }
    return "skipped";
}

void ladder_print(const struct ladder *ladder)
{
    const char *source = "", *server = "";

    for (size_t i = 0; i < ladder->rungs.count; i++) {
        const struct ladder_rung *rung = VEC_AT(&ladder->rungs, struct ladder_rung, i);

        if (strcmp(source, rung->source) != 0 ||
            (*rung->server && strcmp(server, rung->server) != 0))
            printf("%s%s%s\n", rung->source, *rung->server ? ", " : "", rung->server);
        source = rung->source;
        server = rung->server;
        printf("  %-8s %-14s", ladder_state_key(rung->state), rung->key);
        if (rung->duration_us > 0)
            printf(" %6.1f ms", (double)rung->duration_us / 1000);
        else
            printf(" %9s", "");
        printf("%s%s\n", *rung->text ? "  " : "", rung->text);
        if (*rung->advice)
            printf("           -> %s\n", rung->advice);
    }
}

json_t *ladder_json(const struct ladder *ladder)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < ladder->rungs.count; i++) {
        const struct ladder_rung *rung = VEC_AT(&ladder->rungs, struct ladder_rung, i);
        json_t *object = json_object();

        json_set_str(object, "source", str_from(rung->source));
        json_set_str(object, "rung", str_from(rung->key));
        json_set_str(object, "state", str_from(ladder_state_key(rung->state)));
        if (*rung->server)
            json_set_str(object, "server", str_from(rung->server));
        if (*rung->text)
            json_set_str(object, "text", str_from(rung->text));
        if (*rung->advice)
            json_set_str(object, "advice", str_from(rung->advice));
        json_set_int(object, "duration_us", rung->duration_us);
        if (json_array_append_new(list, object) != 0)
            bug("out of memory");
    }
    return list;
}
