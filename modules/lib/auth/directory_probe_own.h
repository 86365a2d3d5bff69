/* directory_probe_own.h: what the files of the probe share. */
#ifndef AUTH_DIRECTORY_PROBE_OWN_H
#define AUTH_DIRECTORY_PROBE_OWN_H

#include "auth/directory_source.h"

struct probe {
    struct directory d; /* a copy with a service connection of its own */
    struct arena *arena;
    const struct directory_probe_input *input;
    struct directory_report *report;
    int64_t begun_us; /* of the rung in hand */
};

/* ---- directory_probe.c ---- */

/* A rung begins: its clock runs, the noted cause is its own. */
void probe_begin(struct probe *probe);
/* A rung and its outcome; `advice` is a literal or NULL. */
void probe_add(struct probe *probe, enum directory_rung_kind kind,
               enum directory_rung_state state, struct str text, const char *advice);
/* Rungs that are not climbed. */
void probe_skip(struct probe *probe, enum directory_rung_kind from,
                enum directory_rung_kind to);
/* The noted cause, or `otherwise`. */
struct str probe_noted(struct probe *probe, const char *otherwise);

/* ---- directory_probe_server.c ---- */

/* Connect, TLS, certificate, service bind. The first good one becomes the probe's connection. */
void probe_server(struct probe *probe, const struct directory_server *server);

/* ---- directory_probe_site.c ---- */

/* The server's clock. */
void probe_clock(struct probe *probe);
/* No login: are the groups there that give something? */
void probe_nobody(struct probe *probe);

/* ---- directory_probe_person.c ---- */

/* From the search to the company. */
void probe_person(struct probe *probe);

#endif
