/* ladder.h: what a check found, rung by rung: for `auth test` (all of it) and `doctor` (one line each). */
#ifndef CTL_LADDER_H
#define CTL_LADDER_H

#include "base/vec.h"
#include "formats/json.h"
#include "auth/directory.h"
#include "auth/oidc.h"
#include "ctl.h"

struct ladder_rung {
    const char *source; /**< "directory main", "provider entra", "kontor" */
    const char *server; /**< uri; "" where it is about no single server */
    const char *key;    /**< "tls", "roles" ...: stable */
    enum directory_rung_state state;
    const char *text;    /**< what was seen; no secret; "" for nothing */
    const char *advice;  /**< one sentence; "" for none */
    int64_t duration_us; /**< 0: nothing was asked */
};

struct ladder {
    struct ctl *ctl;
    struct vec rungs;
};

/** Empty; lives as long as the run. */
struct ladder ladder_new(struct ctl *ctl);
/** Texts may come from outside: control characters are taken out. `advice` may be NULL. */
void ladder_add(struct ladder *ladder, const struct ladder_rung *rung);
/** Shorthand for a rung of Kontor's own that costs nothing worth telling. */
void ladder_own(struct ladder *ladder, const char *key, enum directory_rung_state state,
                struct str text, const char *advice);
/** All rungs of a directory's report. */
void ladder_directory(struct ladder *ladder, struct str name,
                      const struct directory_report *report);
/**
 * Ask the provider now: discovery, issuer, endpoints, keys, its clock and certificate. True if a sign-on could
 * go on.
 */
bool ladder_provider(struct ladder *ladder, struct oidc *oidc,
                     const struct oidc_provider *provider);

/** A certificate that ends sooner than this is worth a warning. */
#define CERTIFICATE_SOON_US (30 * US_PER_DAY)

/** "ok", "warning", "failed", "skipped". */
const char *ladder_state_key(enum directory_rung_state state);
/** For people: one line a rung, the advice below it. */
void ladder_print(const struct ladder *ladder);
/** The rungs as a JSON array; the caller owns it. */
json_t *ladder_json(const struct ladder *ladder);

#endif
