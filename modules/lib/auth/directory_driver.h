/* directory_driver.h: the few LDAP operations the ladder needs. ldap_driver*.c implement them on
 * libldap and are the only files that include ldap.h; unit tests bring their own. Deadlines are of
 * clock_monotonic_us(); no operation lasts longer. */
#ifndef AUTH_DIRECTORY_DRIVER_H
#define AUTH_DIRECTORY_DRIVER_H

#include "base/clock.h"
#include "base/str.h"

enum directory_outcome {
    DIRECTORY_DONE,
    DIRECTORY_REFUSED, /**< invalid credentials and all that a person's own account can cause */
    DIRECTORY_AWAY,   /**< no connection, time-out, server busy or shutting down */
    DIRECTORY_BROKEN, /**< anything else: a wrong base, no permission to search */
};

struct directory_server {
    const char *uri;       /**< ldaps://..., or ldap://... with starttls */
    const char *ca_file;   /**< never empty */
    bool starttls;         /**< nothing but StartTLS goes over the plain connection */
    bool active_directory; /**< reads its sub-codes, changes passwords its way */
};

/** What came along with the answer to a bind or a change of password. */
enum directory_account {
    DIRECTORY_ACCOUNT_NORMAL,
    DIRECTORY_ACCOUNT_LOCKED, /**< says nothing about the password */
    /* Refused or restricted although the password is right: */
    DIRECTORY_ACCOUNT_EXPIRED,
    DIRECTORY_ACCOUNT_MUST_CHANGE,
    DIRECTORY_ACCOUNT_DISABLED,
};

/** Why a directory does not take a new password. */
enum directory_objection {
    DIRECTORY_NO_OBJECTION,
    DIRECTORY_OBJECTION_WRONG_OLD,
    DIRECTORY_OBJECTION_WEAK,
    DIRECTORY_OBJECTION_SHORT,
    DIRECTORY_OBJECTION_SIMPLE,
    DIRECTORY_OBJECTION_USED,
    DIRECTORY_OBJECTION_TOO_YOUNG,
    DIRECTORY_OBJECTION_NOT_ALLOWED,
};

struct directory_answer {
    enum directory_account account;
    enum directory_objection objection;
    int64_t expires_s; /**< seconds until the password is too old; -1: not said */
    int grace_logins;  /**< sign-ons left with one that is too old; -1: not said */
};
#define DIRECTORY_ANSWER_NONE                                                            \
    ((struct directory_answer){DIRECTORY_ACCOUNT_NORMAL, DIRECTORY_NO_OBJECTION, -1, -1})

#define DIRECTORY_ATTRIBUTES_MAX 8

/** One search hit: of each attribute asked for the first value, bytes as they came (absent if it has
 *  none), and how many it has. */
struct directory_entry {
    struct str dn;
    struct str values[DIRECTORY_ATTRIBUTES_MAX];
    size_t counts[DIRECTORY_ATTRIBUTES_MAX];
};

struct directory_entries {
    struct directory_entry *items; /**< in the arena of the call */
    size_t count;
};

struct directory_search {
    const char *base;
    bool base_only;     /**< that entry alone; else the subtree */
    const char *filter; /**< values already escaped */
    const char *const
        *attributes; /**< NULL-terminated, at most DIRECTORY_ATTRIBUTES_MAX */
    size_t limit;    /**< entries asked for */
    /** All entries are wanted, page by page (RFC 2696): more than `limit` is DIRECTORY_BROKEN. Else
     *  more than `limit` are cut. */
    bool all;
};

/** A new password for `dn`. */
struct directory_change_of {
    const char *dn;
    struct str old_password;
    struct str new_password;
};

/** A server's certificate as it was shown, checked or not. */
struct directory_certificate {
    bool shown;
    instant_us not_before; /**< INSTANT_NONE: could not be read */
    instant_us not_after;
    struct str protocol; /**< "TLS1.3" */
};

struct directory_driver {
    /** Connect with TLS, certificate checked; `link_out` is untouched on failure. */
    enum directory_outcome (*connect)(void *context,
                                      const struct directory_server *server,
                                      int64_t deadline_us, void **link_out);
    /** Simple bind; `password` is never empty here. */
    enum directory_outcome (*bind)(void *link, const char *dn, struct str password,
                                   int64_t deadline_us,
                                   struct directory_answer *answer_out);
    /** Referrals are not followed. */
    enum directory_outcome (*search)(void *link, struct arena *arena,
                                     const struct directory_search *search,
                                     int64_t deadline_us,
                                     struct directory_entries *entries_out);
    /** DIRECTORY_REFUSED: the answer's objection says why. */
    enum directory_outcome (*change)(void *link, const struct directory_change_of *change,
                                     int64_t deadline_us,
                                     struct directory_answer *answer_out);
    /** The certificate of a connection that stands. */
    void (*certificate)(void *link, struct arena *arena,
                        struct directory_certificate *out);
    /** Look at a server that connect() refuses, without checking and without sending anything: does it
     *  answer at all, and with which certificate? */
    enum directory_outcome (*look)(void *context, struct arena *arena,
                                   const struct directory_server *server,
                                   int64_t deadline_us,
                                   struct directory_certificate *out);
    /** False if the server has closed the connection meanwhile. Does not wait. */
    bool (*alive)(void *link);
    void (*close)(void *link);
};

/** libldap. */
extern const struct directory_driver directory_ldap_driver;

#endif
