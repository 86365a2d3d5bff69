/* Every page of the program, in both languages: it renders, and its JSON is as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../sample_view.h"

int program_main(int argc, char **argv);
#define main program_main
#include "../../../modules/account/main.c"
#undef main

static void every_page(void **state)
{
    sample_pages(*state, "account", pages, sizeof pages / sizeof *pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page),
    };
    return cmocka_run_group_tests(tests, sample_open, sample_close);
}
