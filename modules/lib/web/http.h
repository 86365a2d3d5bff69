/* http.h: one HTTP request as FastCGI hands it in, parsed once. "request" alone is the domain's
 * word for what a customer submits, so the transport says http. */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"

enum http_method { HTTP_GET = 1, HTTP_HEAD = 2, HTTP_POST = 4, HTTP_OTHER = 8 };

struct http {
    enum http_method method;
    struct str path; /**< decoded once, below the prefix: "/requests/R-7K2M-9QXD" */
    struct str query_raw;
    struct map *query;       /**< name -> struct str *, first value wins */
    struct map *cookies;     /**< name -> struct str * */
    struct str content_type; /**< lower case, with parameters */
    int64_t content_length;  /**< -1 if absent */
    struct str accept;
    struct str accept_language;
    struct str origin;     /**< Origin header, absent if none */
    struct str host;       /**< Host header: what the client says */
    struct str fetch_site; /**< Sec-Fetch-Site, absent if none */
    struct str request_id; /**< nginx's $request_id */
    struct str remote_addr;
    struct str user_agent; /**< as sent: never shown */
    /** Address of the guarded page of another part of the site that sent somebody here, as the browser
     *  sent it; absent if none. From nginx alone. */
    struct str guarded_uri;
    bool wants_json; /**< Accept names application/json before text/html */
};

/**
 * application/x-www-form-urlencoded text into a map of name -> struct str * (first value wins), at
 * most `count_max` pairs with names of at most 100 bytes, and four times as many with those of rows ("a[0].b"). ERR_INPUT (noted) for a bad escape, NUL or
 * invalid UTF-8. Names and values lie in the arena.
 */
enum err http_parse_form(struct arena *arena, struct str in, size_t count_max,
                         struct map **out) MUST_USE;

#endif
