#include "device.h"

#define COOKIE "device"

struct mark {
    const char *text; /* in the header */
    const char *word;
};

/* The first hit counts: everybody claims to be the ones further down as well. */
static const struct mark BROWSERS[] = {
    {"Edg/", "Edge"},
    {"EdgA/", "Edge"},
    {"EdgiOS/", "Edge"},
    {"OPR/", "Opera"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"Vivaldi/", "Vivaldi"},
    {"FxiOS/", "Firefox"},
    {"Firefox/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"HeadlessChrome/", "Chrome"},
    {"Chromium/", "Chromium"},
    {"Chrome/", "Chrome"},
    {"Version/", "Safari"},
    {"curl/", "curl"},
};
static const struct mark SYSTEMS[] = {
    {"iPhone", "iPhone"},   {"iPad", "iPad"},       {"Android", "Android"},
    {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Mac OS X", "macOS"},
    {"CrOS", "ChromeOS"},   {"Linux", "Linux"},     {"X11", "Unix"},
};

static const char *find(const struct mark *marks, size_t count, struct str text)
{
    for (size_t i = 0; i < count; i++)
        if (str_find(text, str_from(marks[i].text)) >= 0)
            return marks[i].word;
    return NULL;
}

struct str device_words(struct arena *arena, struct str user_agent)
{
    const char *browser =
        find(BROWSERS, sizeof(BROWSERS) / sizeof(*BROWSERS), user_agent);
    const char *system = find(SYSTEMS, sizeof(SYSTEMS) / sizeof(*SYSTEMS), user_agent);

    if (!browser)
        browser = "Browser";
    return system ? str_format(arena, "%s, %s", browser, system) : str_from(browser);
}

static const struct seal_keys *keys_of(const struct page *page)
{
    const struct login_state *state = page->state;

    return state->keys;
}

struct known_device device_known(const struct page *page)
{
    return known_device_read(page->arena, keys_of(page),
                             page_cookie_value(page, page_cookie_name(page, COOKIE)),
                             page->now);
}

struct str device_id_for(const struct page *page, struct str login)
{
    struct known_device device = device_known(page);

    if (!device.id.ptr || login.len == 0 ||
        !str_eq(device.login_sum, known_device_login(page->arena, login)))
        return STR_NONE;
    return device.id;
}

/* One login a browser: the next person's takes the place of this one's, and with it the id. */
void device_remember(struct page *page, struct str login, int64_t person_id)
{
    struct known_device device = device_known(page);
    struct str name = page_cookie_name(page, COOKIE);
    struct str sum = login.len > 0 ? known_device_login(page->arena, login) : STR("");

    if (login.len > 0 && !str_eq(device.login_sum, sum))
        device = (struct known_device){.login_sum = sum};
    if (person_id && device.person_id && device.person_id != person_id && login.len == 0)
        device = (struct known_device){.login_sum = sum};
    if (person_id)
        device.person_id = person_id;
    page_cookie(page, str_c(page->arena, name),
                known_device_text(page->arena, keys_of(page), &device, page->now),
                (int64_t)KNOWN_DEVICE_DAYS * 24 * 3600);
}
