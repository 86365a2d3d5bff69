/* person_command.c: kontorctl person: who somebody is here and what they may do. */
#include "person_command.h"

#include <pwd.h>
#include <unistd.h>

#include "base/random.h"
#include "formats/locale.h"

const char *ctl_text(struct ctl *ctl, struct str text)
{
    char *out = str_c(ctl->arena, text.ptr ? text : STR(""));

    if (!str_is_utf8(text))
        return "(no text)";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)out[i];

        if (byte < 0x20 || byte == 0x7f) {
            out[i] = '?';
        } else if (byte == 0xc2 && i + 1 < text.len && (unsigned char)out[i + 1] < 0xa0) {
            out[i] = '?';
            out[i + 1] = '?';
        }
    }
    return out;
}

struct actor ctl_actor(struct ctl *ctl, struct db *db)
{
    static const struct principal NOBODY = {0};
    uint8_t bytes[8];

    random_bytes(bytes, sizeof(bytes));
    return (struct actor){
        .db = db,
        .arena = ctl->arena,
        .principal = &NOBODY,
        .now = clock_now(&clock_system),
        .program = "ctl",
        .trace_id = str_format(ctl->arena, "ctl-%.*s",
                               STR_ARG(str_hex(ctl->arena, bytes, sizeof(bytes))))};
}

struct str ctl_operator(struct ctl *ctl)
{
    const char *sudo = getenv("SUDO_USER");
    const struct passwd *user = getpwuid(getuid());

    if (sudo && *sudo && getuid() == 0)
        return str_sub(str_from(sudo), 0, 64);
    return user ? str_copy(ctl->arena, str_from(user->pw_name))
                : str_format(ctl->arena, "uid %ld", (long)getuid());
}

static enum err find_people(struct ctl *ctl, struct db *db, const char *login,
                            const char *issuer, struct operator_person_row **out,
                            size_t *count_out)
{
    struct str text = str_from(login);

    /* Names that no column can hold are nobody's. */
    if (text.len == 0 || text.len > 190 || !str_is_utf8(text)) {
        *count_out = 0;
        return OK;
    }
    return operator_people(db, ctl->arena, text, locale_fold(ctl->arena, text),
                           str_from(issuer ? issuer : ""), out, count_out);
}

static enum err print_identities(struct ctl *ctl, struct db *db, int64_t person_id,
                                 FILE *to)
{
    struct operator_identity_row *rows = NULL;
    size_t count = 0;
    enum err err = operator_identities(db, ctl->arena, person_id, &rows, &count);

    for (size_t i = 0; err == OK && i < count; i++) {
        fprintf(to, "  identity %s", ctl_text(ctl, rows[i].issuer));
        if (rows[i].login_key.ptr)
            fprintf(to, ", login %s", ctl_text(ctl, rows[i].login_key));
        else
            fputs(", its login is somebody else's now", to);
        if (rows[i].subject.ptr)
            fprintf(to, ", subject %s", ctl_text(ctl, rows[i].subject));
        if (rows[i].last_sign_on_at == INSTANT_NONE) {
            fputs(", never signed on\n", to);
        } else {
            char at[ISO_BYTES];

            instant_write_iso(at, rows[i].last_sign_on_at);
            fprintf(to, ", last sign-on %s\n", at);
        }
    }
    return err;
}

static void print_person(struct ctl *ctl, const struct operator_person_row *person,
                         FILE *to)
{
    fprintf(to, "person %lld: %s, %s%s%s\n", (long long)person->id,
            ctl_text(ctl, person->login), ctl_text(ctl, person->display_name),
            person->email.len > 0 ? ", " : "", ctl_text(ctl, person->email));
}

static void print_rights(struct ctl *ctl, const struct operator_person_row *person)
{
    const char *roles = person->roles.len > 0 ? ctl_text(ctl, person->roles) : "none";

    if (person->is_staff)
        printf("  staff, roles: %s, teams: %s\n", roles,
               person->team_keys.len > 0 ? ctl_text(ctl, person->team_keys) : "none");
    else if (person->company_reference.ptr)
        printf("  company %s, %s (%s), roles: %s\n",
               ctl_text(ctl, person->company_reference),
               ctl_text(ctl, person->company_name), ctl_text(ctl, person->company_state),
               roles);
    else
        puts("  customer without a company");
    if (person->has_second_factor)
        printf("  second factor: yes, %lld recovery codes left\n",
               (long long)person->recovery_codes);
    else
        puts("  second factor: no");
}

static enum err print_sessions(struct ctl *ctl, struct db *db, int64_t person_id)
{
    struct operator_session_row *rows = NULL;
    size_t count = 0;
    instant_us now = clock_now(&clock_system);
    instant_us idle = conf_int(ctl->conf, "session", "idle_minutes") * 60 * US_PER_S;
    enum err err =
        operator_sessions(db, ctl->arena, person_id, now, now - idle, &rows, &count);

    if (err == OK && count == 0)
        puts("  no live session");
    for (size_t i = 0; err == OK && i < count; i++) {
        char from[ISO_BYTES];
        char seen[ISO_BYTES];

        instant_write_iso(from, rows[i].created_at);
        instant_write_iso(seen, rows[i].last_seen_at);
        printf("  session %lld: %s by %s%s, since %s, last seen %s, %s, %s\n",
               (long long)rows[i].id,
               rows[i].issuer.ptr ? ctl_text(ctl, rows[i].issuer) : "unknown source",
               ctl_text(ctl, rows[i].method),
               rows[i].second_factor ? " and second factor" : "", from, seen,
               rows[i].device.len > 0 ? ctl_text(ctl, rows[i].device) : "unknown device",
               rows[i].network.len > 0 ? ctl_text(ctl, rows[i].network)
                                       : "unknown network");
    }
    return err;
}

int ctl_person(struct ctl *ctl, struct db *db, const char *login, const char *issuer,
               struct operator_person_row *out)
{
    struct operator_person_row *people = NULL;
    size_t count = 0;
    enum err err = find_people(ctl, db, login, issuer, &people, &count);

    if (err != OK)
        return ctl_fail(err, "person");
    if (count == 1) {
        *out = people[0];
        return CTL_OK;
    }
    fprintf(stderr, "kontorctl: %s %s: %s\n", count == 0 ? "nobody" : "several people",
            count == 0 ? "has the login" : "have the login",
            ctl_text(ctl, str_from(login)));
    for (size_t i = 0; i < count; i++) {
        print_person(ctl, &people[i], stderr);
        err = print_identities(ctl, db, people[i].id, stderr);
        if (err != OK)
            return ctl_fail(err, "person");
    }
    if (count > 1)
        fputs("kontorctl: say which with --issuer\n", stderr);
    return CTL_FAILED;
}

int command_person(struct ctl *ctl)
{
    const char *issuer = ctl_option(ctl, "--issuer");
    struct operator_person_row *people = NULL;
    struct db *db = NULL;
    size_t count = 0;
    enum err err;

    if (!ctl_arguments(ctl, 1, 1))
        return CTL_USAGE;
    err = ctl_connect(ctl, "ctl", &db);
    if (err == OK)
        err = find_people(ctl, db, ctl->argv[0], issuer, &people, &count);
    if (err != OK)
        return ctl_fail(err, "person");
    for (size_t i = 0; i < count && err == OK; i++) {
        print_person(ctl, &people[i], stdout);
        print_rights(ctl, &people[i]);
        err = print_identities(ctl, db, people[i].id, stdout);
        if (err == OK)
            err = print_sessions(ctl, db, people[i].id);
    }
    if (err != OK)
        return ctl_fail(err, "person");
    if (count == 0)
        fprintf(stderr, "kontorctl: nobody has the login %s\n",
                ctl_text(ctl, str_from(ctl->argv[0])));
    return count > 0 ? CTL_OK : CTL_FAILED;
}
