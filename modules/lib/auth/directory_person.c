/* From a login to an entry, and from an entry to an identity. */
#include "base/random.h"
#include "text/escape.h"
#include "auth/directory_dn.h"
#include "auth/directory_source.h"

#define GUID_BYTES 16
/* Active Directory counts from 1601, in units of 100 ns. */
#define FILETIME_EPOCH_US (INT64_C(11644473600) * US_PER_S)

const char *directory_user_filter(const struct directory *d, struct arena *arena,
                                  struct str login)
{
    struct buf filter = buf_init(arena, FILTER_LIMIT);
    struct str rest = d->user_filter;
    ssize_t mark;

    while ((mark = str_find(rest, STR(LOGIN_MARK))) >= 0) {
        buf_put(&filter, str_sub(rest, 0, (size_t)mark));
        escape_ldap_filter(&filter, login);
        rest = str_from_index(rest, (size_t)mark + sizeof(LOGIN_MARK) - 1);
    }
    buf_put(&filter, rest);
    return str_c(arena, buf_str(&filter));
}

enum directory_outcome directory_find(struct directory *d, struct arena *arena,
                                      struct str login, int64_t deadline_us,
                                      struct directory_entries *found_out)
{
    struct directory_search search = {
        .base = d->user_base, .attributes = d->attributes, .limit = 2};
    enum directory_outcome outcome;

    /* No entry can have such a login, but the way of every other one is gone all the same. */
    if (login.len > LOGIN_MAX || login.len == 0 || !str_is_utf8(login) ||
        memchr(login.ptr, 0, login.len))
        login = STR("-");
    search.filter = directory_user_filter(d, arena, login);
    outcome = directory_search(d, arena, &search, deadline_us, found_out);
    return outcome == DIRECTORY_REFUSED ? DIRECTORY_BROKEN : outcome;
}

const char *directory_decoy(const struct directory *d, struct arena *arena)
{
    uint8_t bytes[8];

    if (d->decoy_dn.len > 0)
        return str_c(arena, d->decoy_dn);
    random_bytes(bytes, sizeof(bytes));
    return str_c(arena,
                 str_format(arena, "%s=nobody-%.*s,%s", d->attributes[PERSON_LOGIN],
                            STR_ARG(str_hex(arena, bytes, sizeof(bytes))), d->user_base));
}

struct str directory_text(const struct directory_entry *entry, size_t attribute)
{
    struct str value = entry->values[attribute];

    /* The standard says UTF-8; what is none is left out rather than shown or stored. */
    if (!str_is_utf8(value) || (value.len > 0 && memchr(value.ptr, 0, value.len)))
        return STR_NONE;
    return value;
}

/* A name of several lines would write lines of its own into mails that name the person. */
static struct str one_line(struct arena *arena, struct str text)
{
    char *out = text.len > 0 ? str_c(arena, text) : NULL;

    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)out[i] < ' ' || out[i] == 0x7f)
            out[i] = ' ';
    return out ? str_trim((struct str){out, text.len}) : STR_NONE;
}

/* As Windows writes it: the first three groups are little-endian. */
static struct str guid_text(struct arena *arena, struct str bytes)
{
    static const int ORDER[GUID_BYTES] = {3, 2, 1,  0,  5,  4,  7,  6,
                                          8, 9, 10, 11, 12, 13, 14, 15};
    struct buf text = buf_init(arena, 64);

    for (int i = 0; i < GUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            buf_put_char(&text, '-');
        buf_format(&text, "%02x", (unsigned char)bytes.ptr[ORDER[i]]);
    }
    return buf_str(&text);
}

static enum err guid_bytes(struct str text, uint8_t out[GUID_BYTES])
{
    static const int ORDER[GUID_BYTES] = {3, 2, 1,  0,  5,  4,  7,  6,
                                          8, 9, 10, 11, 12, 13, 14, 15};
    size_t at = 0;

    if (text.len != 36)
        return ERR_INPUT;
    for (int i = 0; i < GUID_BYTES; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && text.ptr[at++] != '-')
            return ERR_INPUT;
        if (str_unhex(str_sub(text, at, 2), &out[ORDER[i]], 1) != OK)
            return ERR_INPUT;
        at += 2;
    }
    return OK;
}

static struct str subject_of(const struct directory *d, struct arena *arena,
                             const struct directory_entry *entry, struct str login)
{
    struct str raw = entry->values[PERSON_SUBJECT];

    if (d->subject_is_login)
        return login;
    if (!d->subject_is_guid)
        return directory_text(entry, PERSON_SUBJECT);
    return raw.len == GUID_BYTES ? guid_text(arena, raw) : STR_NONE;
}

enum err directory_put_subject(const struct directory *d, struct buf *filter,
                               struct str subject)
{
    const char *attribute =
        d->attributes[d->subject_is_login ? PERSON_LOGIN : PERSON_SUBJECT];
    uint8_t bytes[GUID_BYTES];

    if (subject.len == 0 || subject.len > SUBJECT_MAX ||
        (d->subject_is_guid && guid_bytes(subject, bytes) != OK))
        return ERR_INPUT;
    buf_format(filter, "(%s=", attribute);
    if (d->subject_is_guid)
        for (size_t i = 0; i < sizeof(bytes); i++)
            buf_format(filter, "\\%02x", bytes[i]);
    else
        escape_ldap_filter(filter, subject);
    buf_put_char(filter, ')');
    return buf_check(filter);
}

static void read_company(const struct directory *d, const struct directory_entry *entry,
                         struct identity *out)
{
    out->company_said =
        d->has_company_attribute || *d->company_group_base || d->map.has_companies;
    if (!out->is_customer || !d->has_company_attribute)
        return;
    /* Two companies at once are none: which one is not ours to guess. */
    if (entry->counts[PERSON_COMPANY] > 1)
        out->company_ambiguous = true;
    else
        out->company_key = directory_text(entry, PERSON_COMPANY);
}

enum err directory_identify(const struct directory *d, struct arena *arena,
                            const struct directory_entry *entry, struct str login,
                            struct identity *out)
{
    struct str dn = STR_NONE;

    *out = (struct identity){.issuer = d->issuer,
                             .links = IDENTITY_LINK_LOGIN | IDENTITY_LINK_INVITATION,
                             .password_expires_s = -1,
                             .grace_logins = -1,
                             .dn = entry->dn};
    out->login = directory_text(entry, PERSON_LOGIN);
    if (out->login.len == 0 || out->login.len > LOGIN_MAX)
        out->login = login;
    out->display_name = one_line(arena, directory_text(entry, PERSON_NAME));
    if (out->display_name.len == 0)
        out->display_name = out->login;
    out->email = directory_text(entry, PERSON_MAIL);
    out->subject = subject_of(d, arena, entry, out->login);
    if (out->subject.len == 0 || out->subject.len > SUBJECT_MAX ||
        entry->counts[PERSON_SUBJECT] > 1)
        return err_note(
            ERR_INPUT,
            "directory %.*s: an entry has no %s that can be used (may the service "
            "account read it?)",
            STR_ARG(d->name), d->attributes[PERSON_SUBJECT]);
    if (d->people == PEOPLE_BY_BASE) {
        if (dn_normal(arena, entry->dn, &dn) != OK)
            return err_note(ERR_INPUT, "directory %.*s: an entry has an unreadable name",
                            STR_ARG(d->name));
        out->is_staff = dn_is_below(dn, d->staff_base);
        out->is_customer = !out->is_staff && dn_is_below(dn, d->customer_base);
    } else {
        out->is_staff = d->people == PEOPLE_STAFF;
        out->is_customer = d->people == PEOPLE_CUSTOMERS;
    }
    read_company(d, entry, out);
    return OK;
}

static struct str replaced(struct arena *arena, struct str text, struct str mark,
                           struct str by)
{
    struct buf out = buf_init(arena, FILTER_LIMIT);
    ssize_t at;

    while ((at = str_find(text, mark)) >= 0) {
        buf_put(&out, str_sub(text, 0, (size_t)at));
        buf_put(&out, by);
        text = str_from_index(text, (size_t)at + mark.len);
    }
    buf_put(&out, text);
    return buf_str(&out);
}

const char *directory_active_filter(const struct directory *d, struct arena *arena)
{
    struct str filter = str_from(d->active_filter);
    instant_us now = clock_now(&clock_system);
    char iso[ISO_BYTES];

    if (str_index(filter, '{') < 0)
        return d->active_filter;
    instant_write_iso(iso, now);
    filter =
        replaced(arena, filter, STR("{filetime}"),
                 str_format(arena, "%lld", (long long)(now + FILETIME_EPOCH_US) * 10));
    filter = replaced(arena, filter, STR("{utc}"),
                      str_format(arena, "%.4s%.2s%.2s%.2s%.2s%.2sZ", iso, iso + 5,
                                 iso + 8, iso + 11, iso + 14, iso + 17));
    return str_c(arena, filter);
}

enum directory_outcome directory_is_active(struct directory *d, struct arena *arena,
                                           const char *dn, int64_t deadline_us,
                                           bool *active_out)
{
    static const char *const NOTHING[] = {"1.1", NULL};
    struct directory_search search = {.base = dn,
                                      .base_only = true,
                                      .filter = directory_active_filter(d, arena),
                                      .attributes = NOTHING,
                                      .limit = 1};
    struct directory_entries found = {0};
    enum directory_outcome outcome;

    *active_out = true;
    if (!*d->active_filter)
        return DIRECTORY_DONE;
    outcome = directory_search(d, arena, &search, deadline_us, &found);
    if (outcome == DIRECTORY_REFUSED)
        outcome = DIRECTORY_BROKEN;
    if (outcome == DIRECTORY_DONE)
        *active_out = found.count > 0;
    return outcome;
}
