/* directory_driver.h: the few LDAP operations the ladder needs. ldap_driver.c implements
 * them on libldap and is the only file that includes ldap.h; unit tests bring their own.
 */
#ifndef AUTH_DIRECTORY_DRIVER_H
#define AUTH_DIRECTORY_DRIVER_H

#include "base/str.h"

enum directory_outcome {
    DIRECTORY_DONE,
    DIRECTORY_REFUSED, /**< invalid credentials and all that a person's own account can
                          cause */
    DIRECTORY_AWAY,    /**< no connection, time-out, server busy or shutting down */
    DIRECTORY_BROKEN,  /**< anything else: a wrong base, no permission to search */
};

#define DIRECTORY_ATTRIBUTES_MAX 4

/** One search hit: the first value of each attribute asked for, absent if it has none. */
struct directory_entry {
    struct str dn;
    struct str values[DIRECTORY_ATTRIBUTES_MAX];
};

struct directory_search {
    const char *base;
    const char *filter;            /**< values already escaped */
    const char *const *attributes; /**< NULL-terminated, at most 4 */
    int limit;                     /**< entries asked for; more exist = still `limit` */
};

struct directory_driver {
    /** Connect with TLS; `link_out` is untouched on failure. */
    enum directory_outcome (*connect)(void *context, const char *uri, const char *ca_file,
                                      int64_t deadline_us, void **link_out);
    /** Simple bind; `password` is never empty here. */
    enum directory_outcome (*bind)(void *link, const char *dn, struct str password,
                                   int64_t deadline_us);
    /** Subtree search; entries in the arena. */
    enum directory_outcome (*search)(void *link, struct arena *arena,
                                     const struct directory_search *search,
                                     int64_t deadline_us,
                                     struct directory_entry *entries_out,
                                     size_t *count_out);
    void (*close)(void *link);
};

/** libldap. Deadlines are of clock_monotonic_us(). */
extern const struct directory_driver directory_ldap_driver;

#endif
