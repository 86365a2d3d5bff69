#include "app/sign_on/sign_on_person.h"

#include "formats/locale.h"

#define LOGIN_KEY_MAX 190 /* characters; as identity.login_key */

/* ---- who is it ------------------------------------------------------------------------------ */

struct str sign_on_login_key(struct arena *arena, struct str login)
{
    struct str key = login.len > 0 ? locale_fold(arena, login) : STR_NONE;

    /* Folding may make it longer (one Arabic ligature is 18 letters): what the column cannot hold links nobody. */
    return str_utf8_length(key) <= LOGIN_KEY_MAX ? key : STR_NONE;
}

/* By the login; never from staff to a customer or back. A login that has another subject now was given to somebody else, and one
 * that somebody of the other side was invited with is not theirs: the old identity loses it, and nothing is inherited. */
static enum err match_login(struct db *db, struct arena *arena,
                            const struct identity *identity, struct str login_key,
                            struct sign_on_match *out)
{
    struct identity_row row = {0};
    enum err err = identity_by_login(db, arena, identity->issuer, login_key, &row);

    if (err == OK && !row.subject.ptr && identity->links & IDENTITY_LINK_LOGIN &&
        row.is_staff == identity->is_staff) {
        out->identity = row;
        out->person_id = row.person_id;
        return OK;
    }
    if (err == OK) {
        out->moved_identity_id = row.id;
    } else if (err != ERR_NOT_FOUND) {
        return err;
    }
    if (!(identity->links & IDENTITY_LINK_LOGIN) || identity->link_issuer.len == 0)
        return OK;
    err = identity_by_login(db, arena, identity->link_issuer, login_key, &row);
    if (err == OK && row.is_staff == identity->is_staff)
        out->person_id = row.person_id;
    return err == ERR_NOT_FOUND ? OK : err;
}

/* Somebody we know has another login than before: whoever had that one loses it. */
static enum err match_renamed(struct db *db, struct arena *arena,
                              const struct identity *identity, struct str login_key,
                              struct sign_on_match *out)
{
    struct identity_row row = {0};
    enum err err;

    if (!login_key.ptr || str_eq(login_key, out->identity.login_key))
        return OK;
    err = identity_by_login(db, arena, identity->issuer, login_key, &row);
    if (err == OK && row.id != out->identity.id)
        out->moved_identity_id = row.id;
    return err == ERR_NOT_FOUND ? OK : err;
}

/* Who is nobody yet becomes the one who was invited. Who is that one already has used the link as well; of
 * anybody else it stays open. */
static enum err match_invitation(struct db *db, struct arena *arena,
                                 const struct identity *identity,
                                 const uint8_t *invitation_sha256, instant_us now,
                                 struct sign_on_match *out)
{
    struct invitation_row invitation = {0};
    enum err err = invitation_open(db, arena, invitation_sha256, now, &invitation);

    if (err == OK && (!out->person_id || out->person_id == invitation.person_id))
        out->invitation_id = invitation.id;
    if (err == OK && !out->person_id) {
        out->person_id = invitation.person_id;
        err = identity_invited(db, arena, identity->issuer, invitation.person_id,
                               &out->identity);
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err sign_on_match(struct db *db, struct arena *arena,
                       const struct identity *identity, const uint8_t *invitation_sha256,
                       instant_us now, struct sign_on_match *out)
{
    struct str login_key = sign_on_login_key(arena, identity->login);
    enum err err;

    *out = (struct sign_on_match){0};
    err = identity_by_subject(db, arena, identity->issuer, identity->subject,
                              &out->identity);
    if (err == OK) {
        out->person_id = out->identity.person_id;
        err = match_renamed(db, arena, identity, login_key, out);
    } else if (err == ERR_NOT_FOUND) {
        err = login_key.ptr ? match_login(db, arena, identity, login_key, out) : OK;
    }
    /* Only people of companies are invited. */
    if (err == OK && invitation_sha256 && !identity->is_staff &&
        (out->person_id || identity->links & IDENTITY_LINK_INVITATION))
        err = match_invitation(db, arena, identity, invitation_sha256, now, out);
    return err;
}

/* ---- staff: roles and teams ------------------------------------------------------------------ */

/* Roles in the order of the table's ENUM, as person_lock() reads them. */
static struct str joined(struct arena *arena, const struct str *keys, size_t count)
{
    struct buf text = buf_init(arena, 8192);

    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_put_char(&text, ',');
        buf_put(&text, keys[i]);
    }
    return buf_str(&text);
}

static size_t role_list(const struct identity *identity, struct str out[ROLE_COUNT])
{
    size_t count = 0;

    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        if (identity->roles >> role & 1u)
            out[count++] = str_from(role_key((enum role)role));
    return count;
}

/* The directory's teams that Kontor knows, in the order of the table. */
static enum err team_list(struct db *db, struct arena *arena,
                          const struct identity *identity,
                          struct str out[IDENTITY_TEAMS_MAX], size_t *count_out)
{
    struct team_key_row *known = NULL;
    size_t known_count = 0;
    size_t count = 0;
    enum err err = team_keys(db, arena, &known, &known_count);

    if (err != OK)
        return err;
    for (size_t k = 0; k < known_count && count < IDENTITY_TEAMS_MAX; k++)
        for (size_t i = 0; i < identity->team_count; i++)
            if (str_eq(identity->teams[i], known[k].team_key)) {
                out[count++] = known[k].team_key;
                break;
            }
    *count_out = count;
    return OK;
}

enum err sign_on_write_staff(struct db *db, struct arena *arena,
                             const struct identity *identity,
                             const struct person_row *person, bool *changed_out)
{
    struct str roles[ROLE_COUNT];
    struct str teams[IDENTITY_TEAMS_MAX];
    size_t role_count = identity->is_staff ? role_list(identity, roles) : 0;
    size_t team_count = 0;
    enum err err = OK;

    if (identity->is_staff)
        err = team_list(db, arena, identity, teams, &team_count);
    *changed_out = false;
    if (err == OK && !str_eq(joined(arena, roles, role_count), person->roles)) {
        *changed_out = true;
        err = staff_role_clear(db, person->id);
        if (err == OK)
            err = staff_role_insert(db, person->id, roles, role_count);
    }
    if (err == OK && !str_eq(joined(arena, teams, team_count), person->team_keys)) {
        *changed_out = true;
        err = team_member_clear(db, person->id);
        if (err == OK)
            err = team_member_insert(db, person->id, teams, team_count);
    }
    return err;
}

/* ---- the person ------------------------------------------------------------------------------ */

bool sign_on_same_person(const struct person_row *a, const struct person_row *b)
{
    return str_eq(a->login, b->login) && str_eq(a->display_name, b->display_name) &&
           str_eq(a->email, b->email) && str_eq(a->language, b->language) &&
           a->company_id == b->company_id && a->is_staff == b->is_staff;
}

/* Bytes a column can hold, cut at a character. */
static struct str clip(struct str text, size_t characters)
{
    size_t i = 0;
    size_t seen = 0;

    while (i < text.len) {
        if (((unsigned char)text.ptr[i] & 0xc0) != 0x80 && seen++ == characters)
            break;
        i++;
    }
    return str_sub(text, 0, i);
}

struct person_row sign_on_person_row(const struct identity *identity,
                                     const struct sign_on_person *decided,
                                     const struct person_row *was)
{
    struct person_row row = {
        .id = was->id,
        .login = clip(identity->login.len > 0 ? identity->login : identity->subject, 190),
        .display_name = clip(identity->display_name, 200),
        .email = identity->email.len > 0 && identity->email.len <= 254 ? identity->email
                                                                       : STR(""),
        .language = decided->language,
        .company_id = decided->company_id,
        .is_staff = identity->is_staff,
    };

    if (!row.language.ptr)
        row.language = was->language.ptr ? was->language : decided->fallback_language;
    return row;
}

static enum err bind_identity(const struct actor *actor, const struct identity *identity,
                              struct sign_on_match *match)
{
    struct db *db = actor->db;
    struct identity_row row = {
        .id = match->identity.id,
        .person_id = match->person_id,
        .subject = identity->subject,
        .login_key = sign_on_login_key(actor->arena, identity->login),
    };
    enum err err = OK;

    if (match->moved_identity_id)
        err = identity_lose_login(db, match->moved_identity_id);
    if (err == OK && row.id)
        err = identity_signed_on(db, &row, actor->now);
    else if (err == OK)
        err = identity_insert(db, &row, identity->issuer, actor->now, actor->now,
                              &match->identity.id);
    /* Two first sign-ons at once: the second finds the row when it runs again. */
    if (err == ERR_CONFLICT)
        tx_request_restart(db);
    if (err == OK && match->invitation_id)
        err = invitation_use(db, match->invitation_id, actor->now);
    return err;
}

enum err sign_on_write_person(const struct actor *actor, struct arena *arena,
                              const struct identity *identity,
                              const struct sign_on_person *decided,
                              struct sign_on_match *match)
{
    struct db *db = actor->db;
    struct person_row was = {0};
    struct person_row row;
    bool changed = false;
    enum err err = OK;

    if (match->person_id)
        err = person_lock(db, arena, match->person_id, &was);
    if (err != OK)
        return err;
    row = sign_on_person_row(identity, decided, &was);
    if (!was.id) {
        err = person_insert(db, &row, actor->now, &was.id);
        match->person_id = was.id;
    } else if (!sign_on_same_person(&row, &was)) {
        err = person_update(db, &row);
    }
    if (err == OK)
        err = bind_identity(actor, identity, match);
    if (err == OK)
        err = sign_on_write_staff(db, arena, identity, &was, &changed);
    match->has_second_factor = was.has_second_factor;
    return err;
}
