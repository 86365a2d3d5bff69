#include "formats/locale.h"

/* Accept-Language (RFC 9110, section 12.5.4) with lookup as in RFC 4647, section 3.4.
 * Written out here, since uloc_acceptLanguageFromHTTP() answers with a locale that it
 * made up (maximised and shortened again) instead of with one of the tags that were
 * offered. */

#define RANGES_MAX 50

/* Thousandths, 0..1000; -1 if malformed. qvalue = "0" ["." *3DIGIT] / "1" ["." *3"0"] */
static int parse_weight(struct str text)
{
    int weight, unit = 100;

    if (text.len == 0 || text.len > 5 || (text.ptr[0] != '0' && text.ptr[0] != '1') ||
        (text.len > 1 && text.ptr[1] != '.'))
        return -1;
    weight = (text.ptr[0] - '0') * 1000;
    for (size_t i = 2; i < text.len; i++, unit /= 10) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return -1;
        weight += (text.ptr[i] - '0') * unit;
    }
    return weight <= 1000 ? weight : -1;
}

/* "de-AT; q=0.8" -> range and weight; false if malformed. */
static bool parse_range(struct str item, struct str *range_out, int *weight_out)
{
    struct str range;

    *weight_out = 1000;
    if (!str_next(&item, ';', &range))
        return false;
    *range_out = str_trim(range);
    if (item.ptr) {
        item = str_trim(item);
        if (item.len < 2 || (item.ptr[0] != 'q' && item.ptr[0] != 'Q') ||
            item.ptr[1] != '=')
            return false;
        *weight_out = parse_weight(str_from_index(item, 2));
    }
    return range_out->len > 0 && *weight_out >= 0;
}

/* "de" fits "de", "de-AT" and "DE". */
static bool fits(struct str range, struct str tag)
{
    return range.len >= tag.len && str_eq_nocase(str_sub(range, 0, tag.len), tag) &&
           (range.len == tag.len || range.ptr[tag.len] == '-');
}

/* The weight of one tag, -1 if not named; `*place_out` is where the header names it. */
static int weigh(struct str header, struct str tag, int *place_out)
{
    struct str item, range;
    int weight, best = -1, any = -1, any_place = 0;

    for (int place = 0; place < RANGES_MAX && str_next(&header, ',', &item); place++) {
        if (!parse_range(str_trim(item), &range, &weight))
            continue;
        if (str_is(range, "*")) {
            any = weight;
            any_place = place;
        } else if (fits(range, tag) && weight > best) {
            best = weight;
            *place_out = place;
        }
    }
    if (best < 0) {
        best = any;
        *place_out = any_place;
    }
    return best;
}

int locale_accept(struct str header, const char *const *tags, size_t count)
{
    int best = -1, best_weight = 0, best_place = 0;

    for (size_t i = 0; i < count; i++) {
        int place = 0;
        int weight = weigh(header, str_from(tags[i]), &place);

        /* The higher weight, then the earlier in the header, then the earlier in `tags`.
         */
        if (weight > best_weight ||
            (weight == best_weight && weight > 0 && place < best_place)) {
            best = (int)i;
            best_weight = weight;
            best_place = place;
        }
    }
    return best;
}
