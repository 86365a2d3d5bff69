/* directory.h: password sign-in against the operator's LDAP directory. Credentials in, a
 * named verdict and an identity out; no database.
 *
 * The ladder of one sign-in, all within one deadline:
 *   1. an empty password is refused before any traffic (RFC 4513 section 5.1.2: a bind
 * with a name and an empty password succeeds as anonymous);
 *   2. the service connection, kept open per process, is opened if need be: servers in
 * the order of [directory] uri, ldaps only, certificate checked against [directory]
 * ca_file;
 *   3. one search for the login with the escaped filter; exactly one hit counts;
 *   4. ONE bind with the password on a connection of its own: as the person, or, when
 * nobody was found, as a decoy, so that an unknown login costs the directory and the
 * clock the same;
 *   5. for staff two searches: role groups and team groups.
 */
#ifndef AUTH_DIRECTORY_H
#define AUTH_DIRECTORY_H

#include "base/conf.h"
#include "auth/identity.h"

enum auth_verdict {
    AUTH_OK,
    AUTH_WRONG,          /**< unknown login or wrong password: never told apart */
    AUTH_EMPTY_PASSWORD, /**< shown like AUTH_WRONG; the directory was not asked */
    AUTH_UNAVAILABLE, /**< no server answered in time, or the service account is refused
                       */
    AUTH_BROKEN, /**< the directory is there, but answers the bind of this one person neither
                    with yes nor with no */
};

struct directory;
struct directory_driver;

/**
 * Prepare; connects at the first sign-in. Reads the service password now. Closes with the
 * arena (process lifetime). ERR_INPUT or ERR_UNAVAILABLE with a note for a bad
 * configuration.
 */
enum err directory_open(struct arena *arena, const struct conf *conf,
                        struct directory **out) MUST_USE;
/** As directory_open on another driver (unit tests). */
enum err directory_open_with(struct arena *arena, const struct conf *conf,
                             const struct directory_driver *driver, void *driver_context,
                             struct directory **out) MUST_USE;

/**
 * Climb the ladder. `identity_out` is filled for AUTH_OK only. AUTH_UNAVAILABLE leaves
 * the cause in err_text(). Blocks at most [directory] timeout_ms (2.5 s) in all.
 */
enum auth_verdict directory_login(struct directory *directory, struct arena *arena,
                                  struct str login, struct str password,
                                  struct identity *identity_out) MUST_USE;

#endif
