/* gate.h: what nginx asks before it lets somebody into another part of the site (auth_request), and
 * where people go who are not let in. nginx/README.md, "Guarding other parts of your site". */
#ifndef LOGIN_GATE_H
#define LOGIN_GATE_H

#include "web/page.h"

/** GET /-auth/{right}, for nginx alone: 204 and who it is in X-Kontor-* headers, 401, 403; an unknown
 *  right is 500, whoever asks. */
enum err gate_get(struct page *page);
/** GET /-guard/refused: to the sign-on with the way back (401 for JSON), or 403 with the reason. */
enum err gate_refused_get(struct page *page);

struct gate_back_query {
    struct str to;
};
/** GET /-guard/back?to=/wiki/page: to a listed part of the site, or to the first page. */
enum err gate_back_get(struct page *page);

/** [site] return_paths: each begins and ends with '/' and is plain ASCII. ERR_INPUT noted. */
enum err gate_check_conf(struct arena *arena, const struct conf *conf) MUST_USE;
/** True if `path`, as a browser sends it, lies in one of `return_paths` and cannot climb out. */
bool gate_may_return(struct str return_paths, struct str path);

#endif
