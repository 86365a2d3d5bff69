#include "app/sign_on/access_request.h"

#include "formats/json.h"
#include "auth/rights.h"
#include "store/person.h"
#include "store/trail.h"

/* Keys joined by ',' of the roles that may give roles. */
static struct str role_keys(struct arena *arena)
{
    struct buf keys = buf_init(arena, 1024);

    for (enum role role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        if (!rights_include(rights_of_role(role), RIGHT_COMPANY_PEOPLE))
            continue;
        if (buf_str(&keys).len > 0)
            buf_put_char(&keys, ',');
        buf_put_c(&keys, role_key(role));
    }
    return buf_str(&keys);
}

/* The key says what is asked, not which sign-on it was: rows that are there are skipped. A decision ends what was
 * asked, so its time is part of the key. */
static struct str key_of(struct arena *arena, int64_t person_id,
                         const struct access_reader_row *reader)
{
    instant_us decided_at =
        reader->access_ended_at == INSTANT_NONE ? 0 : reader->access_ended_at;

    return str_format(arena, "access-requested:%lld:%lld:%lld:%lld",
                      (long long)reader->company_id, (long long)person_id,
                      (long long)decided_at, (long long)reader->person_id);
}

enum err access_request_mail(const struct actor *actor, struct arena *arena,
                             const struct access_request *request)
{
    struct db_rows found = {0};
    const struct access_reader_row *readers;
    struct outbox_row *mails;
    json_t *payload = json_new_object(arena);
    struct str text;
    enum err err = person_access_readers(actor->db, arena, request->person_id,
                                         role_keys(arena), &found);

    if (err != OK || found.count == 0)
        return err;
    readers = found.items;
    json_set_str(payload, "company", request->company_name);
    json_set_str(payload, "person", readers[0].asker_name);
    json_set_str(payload, "url_path", STR("/account/people"));
    text = json_write(arena, payload);
    mails = ARENA_ARRAY(arena, struct outbox_row, found.count);
    for (size_t i = 0; i < found.count; i++)
        mails[i] = (struct outbox_row){
            .unique_key = key_of(arena, request->person_id, &readers[i]),
            .template_name = "access-requested",
            .recipient = readers[i].email,
            .language =
                readers[i].language.len ? readers[i].language : request->site_language,
            .payload = text,
            .created_at = actor->now,
        };
    return outbox_insert(actor->db, mails, found.count);
}
