/* A new password: RFC 3062, or Active Directory's way. */
#include "base/secret.h"
#include "auth/ldap_driver_own.h"

#define UNITS_MAX                                                                        \
    1100 /* UTF-16 units of a quoted password: never more than bytes of UTF-8 */

/* Active Directory wants "password" in quotes, UTF-16 little-endian [MS-ADTS 3.1.1.3.1.5]. */
static size_t put_unit(uint8_t *out, size_t len, unsigned unit)
{
    out[len] = (uint8_t)(unit & 0xFF);
    out[len + 1] = (uint8_t)(unit >> 8);
    return len + 2;
}

static size_t quoted_utf16(struct str text, uint8_t out[UNITS_MAX * 2])
{
    size_t len = put_unit(out, 0, '"');

    for (size_t i = 0; i < text.len;) {
        const unsigned char *c = (const unsigned char *)text.ptr + i;
        size_t more = *c < 0x80 ? 0 : *c < 0xE0 ? 1 : *c < 0xF0 ? 2 : 3;
        unsigned code = more == 0 ? *c : *c & (0x3Fu >> more);

        for (size_t k = 1; k <= more; k++)
            code = code << 6 | (c[k] & 0x3Fu);
        if (code >= 0x10000) {
            len = put_unit(out, len, 0xD800 + ((code - 0x10000) >> 10));
            code = 0xDC00 + ((code - 0x10000) & 0x3FF);
        }
        len = put_unit(out, len, code);
        i += more + 1;
    }
    return put_unit(out, len, '"');
}

/* The old value deleted and the new one added in one modification is a change by the person, whatever
 * connection it comes over; to replace it would be a reset, which no policy holds up. */
static int change_unicode_pwd(struct link *link, const struct directory_change_of *change,
                              struct directory_answer *answer_out)
{
    uint8_t old_bytes[UNITS_MAX * 2];
    uint8_t new_bytes[UNITS_MAX * 2];
    struct berval old_value = {0, (char *)old_bytes};
    struct berval new_value = {0, (char *)new_bytes};
    struct berval *old_values[] = {&old_value, NULL};
    struct berval *new_values[] = {&new_value, NULL};
    static char attribute[] = "unicodePwd";
    LDAPMod delete_old = {LDAP_MOD_DELETE | LDAP_MOD_BVALUES, attribute, {NULL}};
    LDAPMod add_new = {LDAP_MOD_ADD | LDAP_MOD_BVALUES, attribute, {NULL}};
    LDAPMod *changes[] = {&delete_old, &add_new, NULL};
    int id = 0;
    int code;

    /* No password that the directory has is no text: then the old one is wrong. */
    if (!str_is_utf8(change->old_password)) {
        answer_out->objection = DIRECTORY_OBJECTION_WRONG_OLD;
        return LDAP_CONSTRAINT_VIOLATION;
    }
    old_value.bv_len = quoted_utf16(change->old_password, old_bytes);
    new_value.bv_len = quoted_utf16(change->new_password, new_bytes);
    delete_old.mod_bvalues = old_values;
    add_new.mod_bvalues = new_values;
    code = ldap_modify_ext(link->ld, change->dn, changes, NULL, NULL, &id);
    if (code == LDAP_SUCCESS)
        code = ldap_await(link, id, link->deadline_us, answer_out);
    secret_wipe(old_bytes, sizeof(old_bytes));
    secret_wipe(new_bytes, sizeof(new_bytes));
    return code;
}

static int change_rfc3062(struct link *link, const struct directory_change_of *change,
                          struct directory_answer *answer_out)
{
    /* libldap takes non-const pointers but only reads them. */
    struct berval dn = {strlen(change->dn), (char *)(uintptr_t)change->dn};
    struct berval old_value = {change->old_password.len,
                               (char *)(uintptr_t)change->old_password.ptr};
    struct berval new_value = {change->new_password.len,
                               (char *)(uintptr_t)change->new_password.ptr};
    LDAPControl *controls[2];
    int id = 0;
    int code;

    ldap_policy_request(controls);
    code = ldap_passwd(link->ld, &dn, &old_value, &new_value, controls, NULL, &id);
    if (code == LDAP_SUCCESS)
        code = ldap_await(link, id, link->deadline_us, answer_out);
    return code;
}

enum directory_outcome ldap_driver_change(void *handle,
                                          const struct directory_change_of *change,
                                          int64_t deadline_us,
                                          struct directory_answer *answer_out)
{
    struct link *link = handle;
    enum directory_outcome outcome;
    int code;

    link->deadline_us = deadline_us;
    *answer_out = DIRECTORY_ANSWER_NONE;
    code = link->active_directory ? change_unicode_pwd(link, change, answer_out)
                                  : change_rfc3062(link, change, answer_out);
    outcome = ldap_outcome_of(code);
    if (outcome == DIRECTORY_AWAY)
        (void)err_note(ERR_UNAVAILABLE, "change of a password: %s",
                       ldap_err2string(code));
    /* It answered, and it said no. */
    return outcome == DIRECTORY_BROKEN ? DIRECTORY_REFUSED : outcome;
}
