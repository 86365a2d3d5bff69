/* guard_port.h: what web/guard needs from the database, for main.c to hand in. */
#ifndef APP_GUARD_PORT_H
#define APP_GUARD_PORT_H

#include "web/page.h"

/** Sessions and parked posts of store/. */
extern const struct guard_port app_guard_port;

#endif
