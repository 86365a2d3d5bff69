/* configuration.c: kontorctl configuration: every key of the configuration file, from the table that checks it. */
#include "ctl.h"

/** "1 to 65535" for a number, "off or starttls" for a choice, else the kind. */
static struct str allowed(struct ctl *ctl, const struct conf_key *key)
{
    if (key->kind == CONF_INT) {
        return str_format(ctl->arena, "number, %lld to %lld", (long long)key->min,
                          (long long)key->max);
    }
    if (key->kind == CONF_CHOICE) {
        return str_format(ctl->arena, "one of: %s", key->choices);
    }
    return str_from(conf_kind_name(key->kind));
}

int command_configuration(struct ctl *ctl)
{
    if (!ctl_arguments(ctl, 0, 0)) {
        return CTL_USAGE;
    }
    size_t count = 0;
    const struct conf_key *keys = conf_keys(&count);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(keys[i].section, keys[i - 1].section) != 0) {
            printf("%s[%s]\n", i == 0 ? "" : "\n", keys[i].section);
        }
        printf("# %s (%.*s)%s\n%s%s = %s\n", keys[i].meaning,
               STR_ARG(allowed(ctl, &keys[i])),
               keys[i].fallback == NULL ? "; must be given" : "",
               keys[i].fallback == NULL ? "" : "#", keys[i].key,
               keys[i].fallback == NULL ? "" : keys[i].fallback);
    }
    return CTL_OK;
}
