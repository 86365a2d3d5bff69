/* The error page of all programs, in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../sample_view.h"
#include "web/error_view.h"

static void the_error_page(void **state)
{
    const struct page_template pages[] = {{"pages/errors/error.html", &error_view_type}};
    sample_pages(*state, "errors", pages, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_error_page),
    };
    return cmocka_run_group_tests(tests, sample_open, sample_close);
}
