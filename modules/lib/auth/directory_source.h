/* directory_source.h: one directory of the set, for directory*.c alone. */
#ifndef AUTH_DIRECTORY_SOURCE_H
#define AUTH_DIRECTORY_SOURCE_H

#include "base/buf.h"
#include "base/secret.h"
#include "base/vec.h"
#include "auth/directory.h"
#include "auth/directory_driver.h"
#include "auth/directory_map.h"

#define SERVERS_MAX  8
#define LOGIN_MAX    190  /* bytes; as person.login */
#define PASSWORD_MAX 1024 /* bytes; nobody's is longer */
#define SUBJECT_MAX  255  /* bytes; as identity.subject */
#define FILTER_LIMIT (1 << 20)
#define LOGIN_MARK   "{login}"
#define GROUPS_MAX   2000 /* of one person, nested ones too */

enum nested { NESTED_OFF, NESTED_IN_CHAIN, NESTED_EXPAND };
enum people { PEOPLE_BY_BASE, PEOPLE_STAFF, PEOPLE_CUSTOMERS };

/** Attributes of a person's entry, in the order of the values of a hit. */
enum person_attribute {
    PERSON_LOGIN,
    PERSON_NAME,
    PERSON_MAIL,
    PERSON_COMPANY,
    PERSON_SUBJECT,
    PERSON_ATTRIBUTES
};

struct directory {
    const struct directory_driver *driver;
    void *context;
    struct str name;
    struct str issuer;
    struct directory_server servers[SERVERS_MAX];
    size_t server_count;
    const char *bind_dn;
    const struct secret *bind_password;
    const char *user_base;
    struct str user_base_normal;
    struct str user_filter;
    const char *active_filter; /**< "" for none */
    /** by person_attribute; where nothing is to be asked for: "1.1", which no entry has (RFC 4511) */
    const char *attributes[PERSON_ATTRIBUTES + 1];
    bool subject_is_login;
    bool subject_is_guid; /**< 16 bytes, shown as Windows does */
    bool has_company_attribute;
    enum people people;
    struct str customer_base; /**< normal, as all bases below that are compared */
    struct str staff_base;
    const char *role_group_base; /**< "" for none */
    const char *team_group_base;
    const char *company_group_base;
    const char *group_base;
    struct str role_group_normal;
    struct str team_group_normal;
    struct str company_group_normal;
    const char *company_group_attribute;
    const char *group_member_attribute;
    bool members_are_logins;
    enum nested nested;
    struct group_map map;
    bool password_change;
    struct str decoy_dn;
    int64_t timeout_us;
    void *service;                         /**< the service connection, NULL if closed */
    const struct directory_server *server; /**< that it leads to */
    int64_t service_used_us;
    /** The connection for binds of people, one after the other and nothing else; NULL if closed. Its
     *  server is that of the service connection. */
    void *people_link;
    int64_t people_used_us;
};

struct directory_set {
    struct directory *items[DIRECTORIES_MAX];
    size_t count;
};

/* ---- directory_conf.c ---- */

/** Read one section. ERR_INPUT, ERR_UNAVAILABLE noted. */
enum err directory_read(struct arena *arena, const struct conf *conf, const char *section,
                        struct directory *out) MUST_USE;

/* ---- directory_service.c ---- */

/** Close the kept connections if they are open. */
void directory_close(struct directory *d);
/** A search on the service connection, opened if need be, and again once if the server closed it while
 *  it was idle. */
enum directory_outcome directory_search(struct directory *d, struct arena *arena,
                                        const struct directory_search *search,
                                        int64_t deadline_us,
                                        struct directory_entries *out);
/** Open the service connection if it is not: servers in order, each with its share of the time. */
enum directory_outcome directory_ensure_open(struct directory *d, int64_t deadline_us);
/** Bind, at the server that the service connection leads to. With `link_out` on a connection of its own,
 *  which is the caller's to close after DIRECTORY_DONE; NULL: on the one kept for binds. */
enum directory_outcome directory_bind_as(struct directory *d, const char *dn,
                                         struct str password, int64_t deadline_us,
                                         struct directory_answer *answer_out,
                                         void **link_out);
/** What a failed step means; notes the cause with the directory's name. */
enum auth_verdict directory_verdict_of(const struct directory *d,
                                       enum directory_outcome outcome);
/** What the account's state, sent along with a refusal, means. */
enum auth_verdict directory_verdict_of_refusal(enum directory_account account);

/* ---- directory_person.c ---- */

/** user_filter with the login in it. */
const char *directory_user_filter(const struct directory *d, struct arena *arena,
                                  struct str login);
/** The search for a login; found has 0, 1 or 2 entries, 2 meaning "several". */
enum directory_outcome directory_find(struct directory *d, struct arena *arena,
                                      struct str login, int64_t deadline_us,
                                      struct directory_entries *found_out);
/** The DN that unknown logins are bound as. */
const char *directory_decoy(const struct directory *d, struct arena *arena);
/** A text value of an attribute; absent if there is none or it is no text. */
struct str directory_text(const struct directory_entry *entry, size_t attribute);
/** Who the entry is, without groups. ERR_INPUT with a note: no usable subject. */
enum err directory_identify(const struct directory *d, struct arena *arena,
                            const struct directory_entry *entry, struct str login,
                            struct identity *out) MUST_USE;
/** active_filter with the present moment in it: {filetime} as Active Directory counts, {utc} as
 *  GeneralizedTime; "" for none. */
const char *directory_active_filter(const struct directory *d, struct arena *arena);
/** True where active_filter matches the entry, or there is none. */
enum directory_outcome directory_is_active(struct directory *d, struct arena *arena,
                                           const char *dn, int64_t deadline_us,
                                           bool *active_out);
/** "(attribute=subject)" appended; ERR_INPUT for a subject that cannot be one of this directory. */
enum err directory_put_subject(const struct directory *d, struct buf *filter,
                               struct str subject) MUST_USE;

/* ---- directory_groups.c ---- */

/** What the group says, for the probe. */
struct directory_group {
    struct str dn;
    bool counts; /**< gives a role, a team or a company */
};

/** True if this person's groups say anything. */
bool directory_needs_groups(const struct directory *d, const struct identity *identity);
/** Read the groups of the identity (its DN, its login) and fill roles, teams and company. `groups_out`
 *  may be NULL. */
enum directory_outcome directory_read_groups(struct directory *d, struct arena *arena,
                                             struct identity *identity,
                                             int64_t deadline_us, struct vec *groups_out);

#endif
