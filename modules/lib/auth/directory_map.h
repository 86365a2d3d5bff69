/* directory_map.h: the file that says what groups give, `group_map`:
 *
 *     # group -> what it gives
 *     cn=KX-Intake,ou=Groups,dc=example,dc=org  -> role intake, role member, team service
 *     cn=KX-IT,ou=Groups,dc=example,dc=org      -> role member, team it
 *     cn=Nordlicht,ou=Members,dc=example,dc=org -> company M-1001
 *
 * A group has one line: staff roles and teams, or one company. The arrow cannot be part of a name, in
 * which '>' is escaped (RFC 4514). */
#ifndef AUTH_DIRECTORY_MAP_H
#define AUTH_DIRECTORY_MAP_H

#include <stdio.h>

#include "auth/rights.h"

#define GROUP_TEAMS_MAX 16

struct group_meaning {
    struct str dn;   /**< normal (directory_dn.h) */
    struct str text; /**< as the operator wrote it */
    int line;
    unsigned roles; /**< bit set, 1u << enum role; staff roles alone */
    struct str teams[GROUP_TEAMS_MAX];
    size_t team_count;
    struct str company; /**< member number; absent for none */
};

struct group_map {
    const struct group_meaning *items;
    size_t count;
    bool has_staff;     /**< a line gives a role or team */
    bool has_companies; /**< a line gives a company */
};

/** Read and check. ERR_INPUT with "file:line: ..." noted for an unknown role, a bad DN or team key, a
 *  group with two lines, a line that gives a company and a role; ERR_UNAVAILABLE if it cannot be read. */
enum err group_map_read(struct arena *arena, const char *path,
                        struct group_map *out) MUST_USE;
/** As group_map_read() from an open file, which stays open; `path` is its name in messages. */
enum err group_map_parse(struct arena *arena, const char *path, FILE *file,
                         struct group_map *out) MUST_USE;
/** The line of a group by its normal DN; NULL for none. */
const struct group_meaning *group_map_find(const struct group_map *map, struct str dn);

#endif
