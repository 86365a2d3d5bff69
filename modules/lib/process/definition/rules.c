#include "process/definition/rules.h"

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool rule_is_key(struct str text)
{
    if (text.len == 0 || text.len > RULE_KEY_MAX || !is_lower(text.ptr[0]))
        return false;
    for (size_t i = 1; i < text.len; i++) {
        char c = text.ptr[i];
        if (!is_lower(c) && !is_digit(c) && c != '-' && c != '.' && c != '_')
            return false;
    }
    return true;
}

bool rule_is_field_key(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool letter = is_lower(c) || (c >= 'A' && c <= 'Z');
        if (!letter && (i == 0 || (!is_digit(c) && c != '_')))
            return false;
    }
    return text.len > 0 && text.len <= RULE_KEY_MAX;
}

bool rule_is_line(struct str text)
{
    if (text.len == 0 || !str_is_utf8(text) || str_trim(text).len != text.len)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return false;
    return true;
}

bool rule_has_word(const char *words, struct str word)
{
    struct str rest = str_from(words), part;
    while (str_next(&rest, ' ', &part))
        if (part.len > 0 && str_eq(part, word))
            return true;
    return false;
}
