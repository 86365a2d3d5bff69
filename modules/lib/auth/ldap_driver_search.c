/* Searches, whole or page by page. */
#include "base/vec.h"
#include "auth/ldap_driver_own.h"

/* Names, numbers, addresses: what is longer is none of those. */
#define VALUE_MAX 4096
#define PAGE      250 /* entries; Active Directory gives 1000 at most */

/* An attribute list without doubles and without "1.1", which means "none" (RFC 4511 section 4.5.1.8). */
static void wanted_attributes(const struct directory_search *search, char **out)
{
    static char none[] = LDAP_NO_ATTRS;
    size_t count = 0;

    for (size_t i = 0; i < DIRECTORY_ATTRIBUTES_MAX && search->attributes[i]; i++) {
        /* libldap takes non-const pointers but only reads them. */
        char *name = (char *)(uintptr_t)search->attributes[i];
        bool known = strcmp(name, LDAP_NO_ATTRS) == 0;

        for (size_t k = 0; k < count; k++)
            known |= strcmp(out[k], name) == 0;
        if (!known)
            out[count++] = name;
    }
    if (count == 0)
        out[count++] = none;
    out[count] = NULL;
}

static void read_value(LDAP *ld, LDAPMessage *message, struct arena *arena,
                       const char *attribute, size_t i, struct directory_entry *out)
{
    struct berval **values = ldap_get_values_len(ld, message, attribute);

    if (!values)
        return;
    out->counts[i] = (size_t)ldap_count_values_len(values);
    if (values[0] && values[0]->bv_len <= VALUE_MAX)
        out->values[i] =
            str_copy(arena, (struct str){values[0]->bv_val, values[0]->bv_len});
    ldap_value_free_len(values);
}

/* Only entries: a reference to another server (a referral) is not followed. */
static void read_entries(LDAP *ld, LDAPMessage *answer, struct arena *arena,
                         const struct directory_search *search, struct vec *entries)
{
    LDAPMessage *message = ldap_first_entry(ld, answer);
    bool is_root = search->base_only && !*search->base;

    for (; message && entries->count <= search->limit;
         message = ldap_next_entry(ld, message)) {
        struct directory_entry *entry;
        char *dn = ldap_get_dn(ld, message);

        /* Nor one without a name: a bind as nobody needs no password. The root's has none. */
        if (!dn || (!*dn && !is_root) || strlen(dn) > VALUE_MAX) {
            ldap_memfree(dn);
            continue;
        }
        entry = VEC_PUSH(entries, struct directory_entry);
        entry->dn = str_copy(arena, str_from(dn));
        ldap_memfree(dn);
        for (size_t i = 0; i < DIRECTORY_ATTRIBUTES_MAX && search->attributes[i]; i++)
            read_value(ld, message, arena, search->attributes[i], i, entry);
    }
}

/* The cookie of the page that follows goes into `cookie`; empty at the end. */
static int read_cookie(LDAP *ld, LDAPMessage *answer, struct berval *cookie)
{
    LDAPControl **controls = NULL;
    LDAPControl *page;
    ber_int_t estimate = 0;
    int result = LDAP_OTHER;
    int code = ldap_parse_result(ld, answer, &result, NULL, NULL, NULL, &controls, 0);

    ber_memfree(cookie->bv_val);
    *cookie = (struct berval){0, NULL};
    page = controls ? ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL) : NULL;
    if (code == LDAP_SUCCESS && page)
        code = ldap_parse_pageresponse_control(ld, page, &estimate, cookie);
    if (controls)
        ldap_controls_free(controls);
    return code;
}

static int search_once(struct link *link, const struct directory_search *search,
                       LDAPControl *control, int64_t deadline_us,
                       LDAPMessage **answer_out)
{
    struct timeval limit = ldap_left_until(deadline_us);
    char *attributes[DIRECTORY_ATTRIBUTES_MAX + 1];
    LDAPControl *controls[2] = {control, NULL};

    wanted_attributes(search, attributes);
    return ldap_search_ext_s(
        link->ld, search->base, search->base_only ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE,
        search->filter, attributes, 0, control ? controls : NULL, NULL, &limit,
        search->all ? 0 : (int)search->limit, answer_out);
}

static int search_cut(struct link *link, struct arena *arena,
                      const struct directory_search *search, int64_t deadline_us,
                      struct vec *entries)
{
    LDAPMessage *answer = NULL;
    int code = search_once(link, search, NULL, deadline_us, &answer);

    if (code == LDAP_SUCCESS || code == LDAP_SIZELIMIT_EXCEEDED)
        read_entries(link->ld, answer, arena, search, entries);
    /* More hits than asked for: the caller sees as many as it can tell apart. Fewer than that, by a limit of the
     * server's own, would look like one hit where there are several. */
    if (code == LDAP_SIZELIMIT_EXCEEDED && entries->count >= search->limit)
        code = LDAP_SUCCESS;
    if (answer)
        (void)ldap_msgfree(answer);
    if (entries->count > search->limit)
        entries->count = search->limit;
    return code;
}

static int search_pages(struct link *link, struct arena *arena,
                        const struct directory_search *search, int64_t deadline_us,
                        struct vec *entries)
{
    struct berval cookie = {0, NULL};
    int code = LDAP_SUCCESS;

    do {
        LDAPControl *control = NULL;
        LDAPMessage *answer = NULL;

        code = ldap_create_page_control(link->ld, PAGE, &cookie, 0, &control);
        if (code == LDAP_SUCCESS)
            code = search_once(link, search, control, deadline_us, &answer);
        if (code == LDAP_SUCCESS) {
            read_entries(link->ld, answer, arena, search, entries);
            code = read_cookie(link->ld, answer, &cookie);
        }
        if (control)
            ldap_control_free(control);
        if (answer)
            (void)ldap_msgfree(answer);
        if (code == LDAP_SUCCESS && entries->count > search->limit)
            code = LDAP_SIZELIMIT_EXCEEDED;
    } while (code == LDAP_SUCCESS && cookie.bv_len > 0);
    ber_memfree(cookie.bv_val);
    return code;
}

enum directory_outcome ldap_driver_search(void *handle, struct arena *arena,
                                          const struct directory_search *search,
                                          int64_t deadline_us,
                                          struct directory_entries *entries_out)
{
    struct link *link = handle;
    struct vec entries = VEC_INIT(arena, struct directory_entry);
    int code;

    link->deadline_us = deadline_us;
    code = search->all ? search_pages(link, arena, search, deadline_us, &entries)
                       : search_cut(link, arena, search, deadline_us, &entries);
    if (code != LDAP_SUCCESS) {
        (void)err_note(ERR_UNAVAILABLE, "directory search: %s", ldap_err2string(code));
        return ldap_outcome_of(code) == DIRECTORY_REFUSED ? DIRECTORY_BROKEN
                                                          : ldap_outcome_of(code);
    }
    *entries_out = (struct directory_entries){entries.items, entries.count};
    return DIRECTORY_DONE;
}
