/* directory.h: people and their passwords in the operator's LDAP directories. Credentials in, a named
 * verdict and an identity out; no database.
 *
 * There may be several directories: [directory], [directory.NAME] ... in the order of the file. The
 * ladder of one sign-on:
 *   1. an empty password is refused before any traffic (RFC 4513 section 5.1.2: a bind with a name
 *      and an empty password succeeds as anonymous);
 *   2. in each directory in turn the service connection, kept open per process, is opened if need be:
 *      servers in the order of `uri`, ldaps or StartTLS only, certificate checked against `ca_file`;
 *   3. one search for the login with the escaped filter. The first directory with exactly one hit
 *      knows the person. Two hits in one directory: refused and logged;
 *   4. ONE bind with the password on a connection of its own: as the person, or, when nobody was
 *      found, as a decoy, so that an unknown login costs the directory and the clock the same. A
 *      password is never tried at a second directory;
 *   5. only when the directory has confirmed the password: is the account active, and which groups,
 *      hence roles, teams, company.
 */
#ifndef AUTH_DIRECTORY_H
#define AUTH_DIRECTORY_H

#include "base/conf.h"
#include "auth/identity.h"

/** Bits in the sets of directories below: `1u << index`. */
#define DIRECTORIES_MAX 8

enum auth_verdict {
    AUTH_OK,
    AUTH_WRONG,          /**< unknown login or wrong password: never told apart */
    AUTH_EMPTY_PASSWORD, /**< shown like AUTH_WRONG; no directory was asked */
    /** The directory refuses the account for now, whatever the password: it did not confirm it. Shown
     *  like AUTH_WRONG ("... or try again later"). */
    AUTH_LOCKED,
    /** No server of a directory answered in time, or its service account is refused, and no other
     *  directory knows the login. */
    AUTH_UNAVAILABLE,
    /** The directory is there, but answers the bind of this one person neither with yes nor with no,
     *  or their entry has no subject. */
    AUTH_BROKEN,
    /* the directory has confirmed the password, and still: */
    AUTH_EXPIRED,     /**< the password is too old */
    AUTH_MUST_CHANGE, /**< the password holds for choosing a new one only */
    AUTH_DISABLED,    /**< the account is disabled, has ended, or not at this hour */
};

struct directory_set;
struct directory_driver;

/**
 * Read and check all sections, also their `group_map`; connects at the first use. Reads the service
 * passwords now. Closes with the arena (process lifetime). No section at all is an empty set.
 * ERR_INPUT with "file:line: ..." noted (ERR_UNAVAILABLE for a password file that cannot be read).
 */
enum err directory_open(struct arena *arena, const struct conf *conf,
                        struct directory_set **out) MUST_USE;
/** As directory_open on another driver (unit tests). */
enum err directory_open_with(struct arena *arena, const struct conf *conf,
                             const struct directory_driver *driver, void *driver_context,
                             struct directory_set **out) MUST_USE;

/** Number of directories; they are named by their index. */
size_t directory_count(const struct directory_set *set);
/** "main" for [directory], "staff" for [directory.staff]. */
struct str directory_name(const struct directory_set *set, size_t index);
/** "ldap:main", "ldap:staff". */
struct str directory_issuer(const struct directory_set *set, size_t index);
/** Index of an issuer; false for one that is no directory of ours (any more). */
bool directory_of_issuer(const struct directory_set *set, struct str issuer,
                         size_t *index_out);
/** `password_change` of that directory: people may change their password through Kontor. */
bool directory_changes_passwords(const struct directory_set *set, struct str issuer);
/** Team keys that the group map of that directory names, in its order, each once, at most `max`. */
size_t directory_mapped_teams(const struct directory_set *set, size_t index,
                              struct str *out, size_t max);

/* ---- sign-on --------------------------------------------------------------------------------- */

struct directory_try {
    struct str login;
    struct str password;
    unsigned skip; /**< set of directories known to be away: not asked, count as away */
};

/**
 * Climb the ladder. `identity_out` is filled for AUTH_OK; for AUTH_EXPIRED, AUTH_MUST_CHANGE and
 * AUTH_DISABLED with all but roles, teams and company; else untouched. `*away_out` is the set of
 * directories that did not answer now (without those skipped), whatever the verdict.
 * AUTH_UNAVAILABLE and AUTH_BROKEN leave the cause, which names the directory, in err_text(). Blocks
 * at most `timeout_ms` of each directory (2.5 s each; one known to be away costs nothing).
 */
enum auth_verdict directory_login(struct directory_set *set, struct arena *arena,
                                  const struct directory_try *input,
                                  struct identity *identity_out,
                                  unsigned *away_out) MUST_USE;

/* ---- change of a password ---------------------------------------------------------------------- */

enum directory_change {
    DIRECTORY_CHANGED,
    DIRECTORY_CHANGE_WRONG,  /**< the old password is wrong (or the login unknown) */
    DIRECTORY_CHANGE_LOCKED, /**< refused for now, whatever the password */
    DIRECTORY_CHANGE_WEAK, /**< the new one does not satisfy the directory; see reason */
    DIRECTORY_CHANGE_TOO_YOUNG,   /**< the old one was set too short a time ago */
    DIRECTORY_CHANGE_NOT_ALLOWED, /**< by the directory, or `password_change = no` */
    DIRECTORY_CHANGE_AWAY, /**< cause in err_text(); the old password may or may not hold */
};

/** What the directory says about a password that it refuses. */
enum directory_weakness {
    DIRECTORY_WEAK, /**< it does not say; Active Directory never does (length, kinds, history, age) */
    DIRECTORY_WEAK_SHORT,
    DIRECTORY_WEAK_SIMPLE,
    DIRECTORY_WEAK_USED, /**< used before */
};

struct directory_new_password {
    struct str issuer;
    struct str login;
    struct str old_password;
    struct str new_password; /**< UTF-8, 1 to 256 bytes */
};

/**
 * Confirm the old password by a bind, then set the new one: RFC 3062, or for Active Directory
 * unicodePwd (old value deleted, new one added, so that its policy holds). Also for a password that
 * must be changed; for one that expired where the directory allows it (Active Directory does).
 * `*weakness_out` is set for DIRECTORY_CHANGE_WEAK. Blocks at most timeout_ms.
 */
enum directory_change
directory_change_password(struct directory_set *set, struct arena *arena,
                          const struct directory_new_password *input,
                          enum directory_weakness *weakness_out) MUST_USE;

/* ---- the present state of many ---------------------------------------------------------------- */

enum directory_state {
    DIRECTORY_UNKNOWN, /**< not asked, or away while asking */
    DIRECTORY_PRESENT,
    DIRECTORY_DISABLED, /**< there, but not by active_filter; the identity has no roles */
    DIRECTORY_GONE,     /**< no such entry any more, or not below user_base */
    DIRECTORY_DOUBLE, /**< several entries: to be treated as gone, and to be looked at */
};

struct directory_person {
    struct str subject; /**< in: of the identity; absent: look up by login */
    struct str login;   /**< in: counts where there is no subject */
    /* out */
    enum directory_state state;
    struct identity
        identity; /**< DIRECTORY_PRESENT and _DISABLED; as a sign-on would fill it */
};

/**
 * Ask one directory for `count` people without their passwords: one search for up to 50 of them
 * (two with active_filter), then the groups of each who is staff or whose company comes from groups.
 * ERR_UNAVAILABLE with a note when it goes away meanwhile: those not asked stay DIRECTORY_UNKNOWN.
 * ERR_NOT_FOUND: no directory of ours is this issuer. Each step blocks at most timeout_ms.
 */
enum err directory_look_up(struct directory_set *set, struct arena *arena,
                           struct str issuer, struct directory_person *people,
                           size_t count) MUST_USE;

/* ---- the ladder, rung by rung ------------------------------------------------------------------ */

enum directory_rung_state {
    DIRECTORY_RUNG_OK,
    DIRECTORY_RUNG_WARNING, /**< works, but will not for long, or not as meant */
    DIRECTORY_RUNG_FAILED,
    DIRECTORY_RUNG_SKIPPED, /**< a rung below it failed, or it was not asked for */
};

/** What every rung is about; kontorctl prints them in this order. */
enum directory_rung_kind {
    DIRECTORY_RUNG_CONNECT,     /**< one for each server: TCP */
    DIRECTORY_RUNG_TLS,         /**< ... TLS, name and issuer of the certificate */
    DIRECTORY_RUNG_CERTIFICATE, /**< ... its dates */
    DIRECTORY_RUNG_SERVICE,     /**< ... the service account's bind */
    DIRECTORY_RUNG_BASES, /**< the bases of people and groups exist for that account */
    DIRECTORY_RUNG_CLOCK, /**< the server's clock against ours, where it tells (Active Directory) */
    DIRECTORY_RUNG_SEARCH,   /**< the person's search; from here only with a login */
    DIRECTORY_RUNG_ONE,      /**< exactly one hit */
    DIRECTORY_RUNG_SUBJECT,  /**< the entry has a subject and what else is configured */
    DIRECTORY_RUNG_ACTIVE,   /**< active_filter */
    DIRECTORY_RUNG_PASSWORD, /**< the person's bind, if a password is given */
    DIRECTORY_RUNG_GROUPS,   /**< the groups found */
    DIRECTORY_RUNG_MAPPING, /**< roles and teams that follow; without a login: are the groups there */
    DIRECTORY_RUNG_COMPANY, /**< member number */
    DIRECTORY_RUNG_KINDS
};

struct directory_rung {
    enum directory_rung_kind kind;
    enum directory_rung_state state;
    struct str server;   /**< uri; absent where it is about no single server */
    struct str text;     /**< what was seen: English, one line, no secret */
    struct str advice;   /**< what to do; absent if nothing */
    int64_t duration_us; /**< 0 where nothing was asked */
};

#define DIRECTORY_RUNGS_MAX 64

struct directory_report {
    struct directory_rung rungs[DIRECTORY_RUNGS_MAX];
    size_t count;
    bool ok;                   /**< no rung failed */
    enum auth_verdict verdict; /**< of the bind; AUTH_OK without a password */
    struct identity identity;  /**< as far as it came */
};

struct directory_probe_input {
    size_t index;        /**< which directory */
    struct str login;    /**< absent: stop after the bases (doctor) */
    struct str password; /**< absent: no bind as the person */
};

/** "connect", "tls", "certificate", "service-bind" ...: stable, for JSON. */
const char *directory_rung_key(enum directory_rung_kind kind);
/** Climb on connections of its own, every server of the directory. Blocks at most timeout_ms for each
 *  server and once more for the person. */
void directory_probe(struct directory_set *set, struct arena *arena,
                     const struct directory_probe_input *input,
                     struct directory_report *out);

#endif
