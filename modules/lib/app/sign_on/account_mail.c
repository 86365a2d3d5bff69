#include "app/sign_on/account_mail.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "formats/json.h"
#include "store/second_factor.h"
#include "store/trail.h"

struct str network_short(struct arena *arena, struct str address)
{
    struct in_addr four;
    struct in6_addr six;
    const uint8_t *b;

    if (address.len > 45)
        return STR("");
    if (inet_pton(AF_INET, str_c(arena, address), &four) == 1) {
        b = (const uint8_t *)&four;
        return str_format(arena, "%u.%u.%u.…", b[0], b[1], b[2]);
    }
    if (inet_pton(AF_INET6, str_c(arena, address), &six) != 1)
        return STR("");
    b = six.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&six))
        return str_format(arena, "%u.%u.%u.…", b[12], b[13], b[14]);
    return str_format(arena, "%x:%x:%x:%x:…", b[0] << 8 | b[1], b[2] << 8 | b[3],
                      b[4] << 8 | b[5], b[6] << 8 | b[7]);
}

enum err account_mail(const struct actor *actor, int64_t person_id,
                      const struct account_mail *mail)
{
    struct second_factor_owner owner = {0};
    json_t *payload = json_new_object(actor->arena);
    struct outbox_row row = {
        .unique_key = str_format(actor->arena, "%s:%lld:%lld", mail->template_name,
                                 (long long)person_id, (long long)actor->now),
        .template_name = mail->template_name,
        .created_at = actor->now,
    };
    enum err err = second_factor_owner(actor->db, actor->arena, person_id, &owner);

    if (err != OK || str_is_empty(owner.email))
        return err;
    row.recipient = owner.email;
    row.language = owner.language.len ? owner.language : STR("en");
    if (mail->device.len > 0)
        json_set_str(payload, "device", mail->device);
    if (mail->network.len > 0)
        json_set_str(payload, "network", mail->network);
    json_set_str(payload, "url_path", str_from(mail->url_path));
    row.payload = json_write(actor->arena, payload);
    return outbox_insert(actor->db, &row, 1);
}
