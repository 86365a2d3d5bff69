/* The real world of oidc.h: libcurl and the clock. */
#include "auth/oidc.h"

static enum fetch_outcome fetch_it(void *context, struct arena *arena,
                                   const struct fetch_request *request,
                                   struct fetch_answer *out)
{
    (void)context;
    return fetch(arena, request, out);
}

static int64_t ticks_us(void *context)
{
    (void)context;
    return clock_monotonic_us();
}

enum err oidc_open(struct arena *arena, const struct conf *conf, struct oidc **out)
{
    static const struct oidc_port WORLD = {fetch_it, ticks_us, NULL};

    return oidc_open_with(arena, conf, &WORLD, out);
}
